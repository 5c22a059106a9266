"""How a statement begins, as a person would quote it: `if scope[0] != _SCOPE`."""

from __future__ import annotations

import ast

from attrs import define, field

from covbot.core.source import outlines

LONGEST_HEADER = 70
"""Characters of a quoted head at most."""


@define(eq=False)
class QuotedSource:
    """A source text, from which the heads of its statements are quoted."""

    source: str
    _rows: list[bytes] = field(init=False)

    @_rows.default
    def _split(self) -> list[bytes]:
        return [row.encode("utf-8", "surrogatepass") for row in split_rows(self.source)]

    def head(self, node: outlines.Node) -> str:
        """What a compound statement says before its block; of a long one the beginning, with a mark of the cut."""
        row = self._rows[outlines.first_line(node) - 1]
        begin = len(row) - len(row.lstrip()) if isinstance(node, ast.match_case) else node.col_offset
        last = _last(node)
        inside = last is None or last.end_lineno == outlines.first_line(node)
        colon = row.find(b":", (last.end_col_offset or begin) if last else begin) if inside else -1
        text = _decode(row[begin:colon] if colon >= 0 else row[begin:])
        if colon < 0:
            return _clip(f"{text.partition('  #')[0].rstrip()} ...")
        return _clip(" ".join(text.split()))


def split_rows(source: str) -> list[str]:
    r"""The rows of a text as Python counts them: ended by `\n`, `\r\n` or `\r` alone."""
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def name_keyword(node: outlines.Node) -> str:
    """The word by which a compound statement is known, ready to stand before its line; empty for a simple one."""
    match node:
        case ast.With() | ast.AsyncWith():
            return 'the "with" at '
        case ast.Try() | ast.TryStar():
            return 'the "try" at '
        case ast.Match():
            return 'the "match" at '
        case ast.For() | ast.AsyncFor() | ast.While():
            return "the loop at "
        case _:
            return ""


def _last(node: outlines.Node) -> ast.expr | ast.pattern | None:
    """The last expression of a head."""
    match node:
        case ast.If(test=test) | ast.While(test=test):
            return test
        case ast.For(iter=iterated) | ast.AsyncFor(iter=iterated):
            return iterated
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return items[-1].optional_vars or items[-1].context_expr
        case ast.match_case(pattern=pattern, guard=guard):
            return guard or pattern
        case ast.ExceptHandler(type=caught):
            return caught
        case _:
            return None


def _decode(row: bytes) -> str:
    return row.decode("utf-8", "surrogatepass")


def _clip(text: str) -> str:
    return text if len(text) <= LONGEST_HEADER else f"{text[: LONGEST_HEADER - 4].rstrip()} ..."
