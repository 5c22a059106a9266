"""Parse a source text whichever Python it is written for, from 3.6 to 3.14, into one syntax tree of the running Python.

What the running Python does not know is rewritten into what it does, in the same place and the same width, so that
every line and column stays: a grammar of its own (tree-sitter) says where it is. Statements that no grammar knows are
left out, and reported.
"""

from __future__ import annotations

import ast
import functools
import re
import warnings
from typing import TYPE_CHECKING

from attrs import define, field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

MOST_ATTEMPTS = 20
"""The most statements of one text that are left out."""

_NAME_IN_3_6 = re.compile(rb"\basync\b(?!\s+(?:def|for|with)\b)|\bawait\b(?=\s*[=).,:\]])")
"""`async` and `await` where they are names, as Python 3.6 allowed."""

_STRINGS = {"string", "concatenated_string"}
_FORMATTED = re.compile(rb"[rRbBuU]?[fFtT][rR]?[\"']")
_HEADER = b"if 1:"
_SIMPLE = b"pass"


@frozen(kw_only=True)
class SyntaxFault:
    """The first statement of a text that no grammar from Python 3.6 to 3.14 knows."""

    line: int
    what: str


@frozen(kw_only=True, eq=False)
class ParsedSource:
    """The syntax tree of a text, and the text that it is the tree of, equal to the source but for what was rewritten.

    `rewritten` are the lines of which some part was rewritten. Nobody may change the tree, which is cached.
    """

    tree: ast.Module
    text: str
    rewritten: frozenset[int] = frozenset()
    fault: SyntaxFault | None = None


@functools.lru_cache(maxsize=4)  # one text is needed by several modules in turn, and parsing is what takes long
def parse(source: str) -> ParsedSource:
    """Return the syntax tree of a text; an empty one, with the fault, if nothing of it can be parsed."""
    tree, error = _try_parse(source)
    if tree is not None:
        return ParsedSource(tree=tree, text=source)
    try:
        return _parse_rewritten(source, error)
    except (ValueError, RecursionError, MemoryError):
        return ParsedSource(tree=ast.Module(body=[], type_ignores=[]), text="", fault=error)


def _try_parse(source: str) -> tuple[ast.Module | None, SyntaxFault]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a project's source does not concern covbot
        try:
            return ast.parse(source), SyntaxFault(line=0, what="")
        except SyntaxError as error:
            return None, SyntaxFault(line=error.lineno or 1, what=error.msg)
        except (ValueError, RecursionError, MemoryError) as error:
            return None, SyntaxFault(line=1, what=str(error) or "it is nested too deep")


def _parse_rewritten(source: str, error: SyntaxFault) -> ParsedSource:
    root = _parse_by_grammar(source)
    text = _Rewriter(data=bytearray(source.encode("utf-8", "surrogatepass")))
    text.rewrite_newer_syntax(root)
    fault: SyntaxFault | None = None
    for _ in range(MOST_ATTEMPTS):
        tree, error = _try_parse(text.decode())
        if tree is not None:
            return ParsedSource(tree=tree, text=text.decode(), rewritten=text.find_rewritten_lines(), fault=fault)
        line = text.leave_out(root, error.line)
        if line is None:
            break
        fault = fault or SyntaxFault(line=line, what=error.what)
    return ParsedSource(tree=ast.Module(body=[], type_ignores=[]), text="", fault=fault or error)


def _parse_by_grammar(source: str) -> Node:
    import tree_sitter_python  # noqa: PLC0415 -- needed by those few texts alone that the running Python does not know
    from tree_sitter import Language, Parser  # noqa: PLC0415 -- the same

    parser = Parser(Language(tree_sitter_python.language()))
    return parser.parse(source.encode("utf-8", "surrogatepass")).root_node


@define(kw_only=True)
class _Rewriter:
    """A text in UTF-8, of which parts are replaced by others of the same width; line feeds are never touched."""

    data: bytearray
    _spans: list[tuple[int, int]] = field(factory=list)

    def decode(self) -> str:
        return self.data.decode("utf-8", "surrogatepass")

    def find_rewritten_lines(self) -> frozenset[int]:
        lines: set[int] = set()
        for start, end in self._spans:
            first = self.data.count(b"\n", 0, start) + 1
            lines.update(range(first, first + self.data.count(b"\n", start, end) + 1))
        return frozenset(lines)

    def rewrite_newer_syntax(self, root: Node) -> None:
        """Rewrite what was added to Python since the oldest that covbot runs on, and the names of Python 3.6."""
        for match in _NAME_IN_3_6.finditer(bytes(self.data)):
            self._put(match.start(), match.end(), match[0].title())
        for node in _walk(root):
            match node.type:
                case "type_alias_statement":
                    self._rewrite_alias(node)
                case "function_definition" | "class_definition":
                    self._rewrite_type_parameters(node)
                case "except_clause" | "except_group_clause":
                    self._rewrite_exceptions(node)
                case kind if kind in _STRINGS and _is_formatted(node):
                    self._replace_expression(node)
                case _:
                    pass

    def _rewrite_alias(self, node: Node) -> None:
        """`type X[T] = v` becomes `X[0] = v`, over any number of lines: the name moves to the statement's beginning."""
        left = node.child_by_field_name("left")
        if left is None:
            return
        target = _first_identifier(left)
        name = bytes(self.data[target.start_byte : target.end_byte])
        bracket = self.data.find(b"[", target.end_byte, left.end_byte)
        self._blank(node.start_byte, left.end_byte)
        self._put(node.start_byte, node.start_byte + len(name), name)
        if bracket >= 0:
            inside = next(at for at in range(bracket + 1, left.end_byte) if self.data[at] not in b"\r\n")
            for at, sign in ((bracket, b"["), (inside, b"0"), (left.end_byte - 1, b"]")):
                self._put(at, at + 1, sign)

    def _rewrite_type_parameters(self, node: Node) -> None:
        """`def f[T](x)` becomes `def f(x)` and `class A[T]:` becomes `class A():`, over any number of lines."""
        listed = node.child_by_field_name("type_parameters")
        if listed is None:
            return
        self._blank(listed.start_byte, listed.end_byte)
        self._put(listed.start_byte, listed.start_byte + 1, b"(")
        arguments = node.child_by_field_name("parameters") or node.child_by_field_name("superclasses")
        if arguments is None:
            self._put(listed.end_byte - 1, listed.end_byte, b")")
        else:
            self._put(arguments.start_byte, arguments.start_byte + 1, b" ")

    def _rewrite_exceptions(self, node: Node) -> None:
        """`except A, B:` becomes `except A:`."""
        commas = [child for child in node.children if child.type == ","]
        block = next((child for child in node.children if child.type == ":"), None)
        if commas and block is not None:
            self._blank(commas[0].start_byte, block.start_byte)
        for listed in (child for child in node.children if child.type in {"expression_list", "pattern_list", "tuple"}):
            inner = next((child for child in listed.children if child.type == ","), None)
            if listed.type != "tuple" and inner is not None:
                self._blank(inner.start_byte, listed.end_byte)

    def _replace_expression(self, node: Node) -> None:
        """A formatted string becomes a number in parentheses, which may go over lines."""
        self._blank(node.start_byte, node.end_byte)
        self._put(node.start_byte, node.start_byte + 2, b"(0")
        self._put(node.end_byte - 1, node.end_byte, b")")

    def leave_out(self, root: Node, line: int) -> int | None:
        """Leave out the smallest statement at a line, or its header alone; return its line, None if there is none."""
        statement = _find_statement(root, line)
        if statement is None:
            return None
        body = statement.child_by_field_name("body") or statement.child_by_field_name("consequence")
        first = statement.start_point[0] + 1
        if body is not None and body.start_point[0] + 1 > first and line <= body.start_point[0]:
            self._leave_out_header(statement, body)
        else:
            self._blank(statement.start_byte, statement.end_byte)
            self._put(statement.start_byte, statement.start_byte + len(_SIMPLE), _SIMPLE)
        return first

    def _leave_out_header(self, statement: Node, body: Node) -> None:
        end = self.data.rfind(b"\n", 0, body.start_byte)
        self._blank(statement.start_byte, end)
        last = self.data.rfind(b"\n", 0, end) + 1
        self._put(max(last, statement.start_byte), max(last, statement.start_byte) + len(_HEADER), _HEADER)

    def _blank(self, start: int, end: int) -> None:
        kept = bytes(byte if byte in b"\r\n" else 0x20 for byte in self.data[start:end])
        self._put(start, end, kept)

    def _put(self, start: int, end: int, text: bytes) -> None:
        if b"\n" in self.data[start:end] and b"\n" not in text:
            raise ValueError("a line feed would be lost")
        self.data[start:end] = text[: end - start].ljust(end - start)
        self._spans.append((start, end))


def _walk(root: Node) -> Iterator[Node]:
    """Yield every node, an outer one before those within it; what is within a formatted string is left out."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if not (node.type in _STRINGS and _is_formatted(node)):
            waiting.extend(reversed(node.children))


def _is_formatted(node: Node) -> bool:
    parts = node.children if node.type == "concatenated_string" else [node]
    return any(part.text is not None and _FORMATTED.match(part.text) for part in parts)


def _first_identifier(node: Node) -> Node:
    while node.type != "identifier" and node.children:
        node = node.children[0]
    return node


def _find_statement(root: Node, line: int) -> Node | None:
    """Return the smallest statement that has a line, as the grammar divides the text."""
    found, block = None, root
    while True:
        inside = [
            child
            for child in block.children
            if child.start_point[0] < line <= child.end_point[0] + 1 and child.type != "comment"
        ]
        if not inside:
            return found
        child = inside[0]
        if block.type in {"module", "block"}:
            found = child
        block = child
