"""The headers of compound statements, as a person would quote them: `if scope[0] != _SCOPE`."""

from __future__ import annotations

import ast

from attrs import define, field

from covbot.core.source import outlines

LONGEST_HEADER = 70
"""The maximum length of a quoted header, in characters."""


@define(eq=False)
class QuotedSource:
    """A source text from which the headers of its statements are quoted."""

    source: str
    _rows: list[bytes] = field(init=False)

    @_rows.default
    def _encode_rows(self) -> list[bytes]:
        return [row.encode("utf-8", "surrogatepass") for row in split_rows(self.source)]

    def quote_header(self, node: outlines.Node) -> str:
        """Return the header of a compound statement without its colon. A long header is cut and ends with ` ...`."""
        row = self._rows[outlines.find_first_line(node) - 1]
        begin = len(row) - len(row.lstrip()) if isinstance(node, ast.match_case) else node.col_offset
        last = _find_last_expression(node)
        inside = last is None or last.end_lineno == outlines.find_first_line(node)
        colon = row.find(b":", (last.end_col_offset or begin) if last else begin) if inside else -1
        text = _decode_row(row[begin:colon] if colon >= 0 else row[begin:])
        if colon < 0:
            return _clip_header(f"{text.partition('  #')[0].rstrip()} ...")
        return _clip_header(" ".join(text.split()))


def split_rows(source: str) -> list[str]:
    r"""Return the rows of a text as Python counts them: only `\n`, `\r\n` and `\r` end a row."""
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def name_keyword(node: outlines.Node) -> str:
    """Return the words that name a kind of statement before its line number (`the loop at `), empty for other kinds."""
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


def _find_last_expression(node: outlines.Node) -> ast.expr | ast.pattern | None:
    """Return the last expression of a header, None if it has none."""
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


def _decode_row(row: bytes) -> str:
    return row.decode("utf-8", "surrogatepass")


def _clip_header(text: str) -> str:
    return text if len(text) <= LONGEST_HEADER else f"{text[: LONGEST_HEADER - 4].rstrip()} ..."
