"""The statements of a source text as their syntax trees spell them, whatever quotes, parentheses or lines they have."""

from __future__ import annotations

import ast
import functools
import inspect
from typing import TYPE_CHECKING, cast

from attrs import define

from covbot.core.source import parsing

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Sequence

    from covbot.core.source.parsing import ParsedSource

_INDENT = "    "
_PLAIN = str.maketrans({sign: f"\u00a4{ord(sign):x}" for sign in "()[]{}\"'#\\@,;"})
"""Signs in a literal that would look like code to what reads lines."""

_LOOSE = str.maketrans("", "", "()\"'\\, \t")
_SHORT = (ast.Pass, ast.Break, ast.Continue, ast.Return, ast.Raise)
_MEANINGLESS = frozenset({"ctx", "kind", "type_comment"})
_BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")
_WRAPPINGS = ("{}", "{}\n pass", "try:\n pass\n{}\n pass", "{}\ndef f(): pass", "match 0:\n {}\n  pass")


def spell_rows(source: str) -> list[str] | None:
    """Return the rows of a text, each with the statements that begin on it, in one spelling; None if it is no Python.

    Every other row is blank. Two statements have the same spelling if their syntax trees are the same.
    """
    parsed = parsing.parse(source)
    if parsed.fault:
        return None
    speller = _Speller(parsed=parsed, source=source.split("\n"), rows=[""] * _count_rows(source))
    try:
        speller.spell_block(parsed.tree.body, 0)
    except RecursionError:
        return None
    return speller.rows


def _count_rows(source: str) -> int:
    return source.count("\n") + 1


def spell_statement(text: str) -> str | None:
    """Return the spelling of one statement, or of the header of a compound one; None if it is no whole statement."""
    return " ".join(list_spellings(text)) or None


def list_spellings(text: str) -> list[str]:
    """Return the spelling of each statement of a row, or of a compound statement's header; none if it is no whole one.

    The header is followed by what it was completed with.
    """
    bare = text.strip()
    bare = bare.removeprefix("el") if bare.startswith("elif") else bare
    for wrapping in _WRAPPINGS:
        try:
            tree = ast.parse(wrapping.format(bare) if wrapping != "{}" else bare)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        return [*_spell_tree(tree)]
    return []


def _spell_tree(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from (spell_node(decorator) for decorator in getattr(node, "decorator_list", ()))
            yield _spell_header(node)


@define(kw_only=True)
class _Speller:
    """The rows that are spelled so far, of the text in `source`."""

    parsed: ParsedSource
    source: Sequence[str]
    rows: list[str]

    def spell_block(self, block: Sequence[ast.AST], depth: int) -> None:
        for node in block:
            for decorator in getattr(node, "decorator_list", ()):
                self._add(decorator.lineno, depth, f"@{spell_node(decorator)}", decorator)
            self._add(self._find_row(node), depth, _spell_header(node), node)
            for name in _BLOCKS:
                inner = getattr(node, name, None)
                if isinstance(inner, list):
                    self.spell_block(inner, depth if name in {"handlers", "cases"} else depth + 1)

    def _find_row(self, node: ast.AST) -> int:
        """Return the row on which a statement begins, which is that of the `case` for a pattern in parentheses."""
        if not isinstance(node, ast.match_case):
            return int(getattr(node, "lineno", 1))
        row = node.pattern.lineno
        while row > 1 and not self.source[row - 1].lstrip().startswith("case"):
            row -= 1
        return row

    def _add(self, row: int, depth: int, text: str, node: ast.AST) -> None:
        if self.parsed.rewritten:
            text = self._keep_rewritten(row, text, node)
        before = self.rows[row - 1]
        self.rows[row - 1] = f"{before};{text}" if before else _INDENT * depth + text

    def _keep_rewritten(self, row: int, text: str, node: ast.AST) -> str:
        """Return the spelling of a statement with what was rewritten in it as the source has it."""
        rewritten = [line for line in range(row, self._find_last_row(node) + 1) if line in self.parsed.rewritten]
        kept = "".join(self.source[line - 1] for line in rewritten)
        return text + kept.translate(_LOOSE).translate(_PLAIN)

    @staticmethod
    def _find_last_row(node: ast.AST) -> int:
        body: Sequence[ast.stmt] = getattr(node, "body", ())
        first = getattr(node, "lineno", 1)
        if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
            return max(body[0].lineno - 1, int(first))
        return int(getattr(node, "end_lineno", None) or first)


def _spell_header(node: ast.AST) -> str:
    """Return the spelling of a statement without its blocks."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            keyword = {ast.FunctionDef: "def", ast.AsyncFunctionDef: "async def", ast.ClassDef: "class"}[type(node)]
            return f"{keyword} {node.name}({spell_node(node, but={'decorator_list', 'name'})})"
        case ast.Expr(value=ast.Constant(value=str() as text)):
            return f"({_spell_literal(inspect.cleandoc(text))})"
        case ast.Import() | ast.ImportFrom():
            names = ",".join(sorted(map(spell_node, node.names)))
            return f"{type(node).__name__}({getattr(node, 'level', 0)}{getattr(node, 'module', '')}:{names})"
        case ast.Try() | ast.TryStar():
            return "try:"
        case _ if isinstance(node, _SHORT) and _is_short(node):
            return ast.unparse(node).replace(" ", "")
        case ast.Expr(value=ast.Yield(value=None)):
            return "yield"
        case _:
            return spell_node(node)


def _is_short(node: ast.AST) -> bool:
    value = getattr(node, "value", None) or getattr(node, "exc", None)
    if value is None or isinstance(value, ast.Name):
        return getattr(node, "cause", None) is None
    return _is_empty(value) or (isinstance(value, ast.Constant) and isinstance(value.value, bool | None))


def _is_empty(node: ast.AST) -> bool:
    return (isinstance(node, ast.List) and not node.elts) or (isinstance(node, ast.Dict) and not node.keys)


def spell_node(node: object, *, but: Collection[str] = ()) -> str:
    """Return a text that is the same for two syntax trees if they are. `but` are fields to leave out."""
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return f"[{','.join(map(spell_node, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    if isinstance(node, ast.Constant):
        return _spell_literal(node.value)
    kind = cast("Hashable", type(node))
    parts = [spell_node(getattr(node, name, None)) for name in _list_fields(kind) if name not in but]
    return f"{type(node).__name__}({','.join(parts)})"


@functools.cache
def _list_fields(kind: Hashable) -> tuple[str, ...]:
    """Return the fields of a kind of nodes that are spelled: of an expression all that mean something."""
    nodes = cast("type[ast.AST]", kind)
    left_out = _MEANINGLESS if issubclass(nodes, ast.expr) else _MEANINGLESS.union(_BLOCKS)
    return tuple(name for name in nodes._fields if name not in left_out)


def _spell_literal(value: object) -> str:
    return f"={value!r}".translate(_PLAIN)
