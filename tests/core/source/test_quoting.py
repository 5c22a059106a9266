"""The header of a compound statement is quoted as it is written, on one line, without its colon, and never too long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.source import outlines, quoting
from covbot.core.source.quoting import LONGEST_HEADER, QuotedSource


def _quote(source: str, line: int = 1) -> str:
    """Return the quoted header of the statement that begins on a line."""
    return QuotedSource(source).quote_header(outlines.build_outline(source).by_line[line].node)


@pytest.mark.parametrize(
    "header",
    [
        "if a",
        "if a[1:2] == ':'",
        "if (a)",
        "if lambda: 0",
        "if {'a': 1}",
        "if (b := a)",
        "if é == 'ü:😀'",
        "while True",
        "for a in b",
        "for a, b in (c)",
        "for a in b, c",
        "with a",
        "with a as b, c() as d.e[f:g]",
        "with (a as b)",
        "try",
    ],
)
def test_a_header_ends_before_its_own_colon(header: str) -> None:
    tail = "\nexcept: pass" if header == "try" else ""
    assert _quote(f"{header}: pass  # : not this one{tail}") == header


@pytest.mark.parametrize("header", ["async for a in b", "async with a as b, c"])
def test_an_asynchronous_header_is_quoted_whole(header: str) -> None:
    assert _quote(f"async def f():\n    {header}: pass", 2) == header


@pytest.mark.parametrize("header", ["except", "except A", "except (A, B) as c", "except A[1:2]"])
def test_the_header_of_a_handler_is_quoted(header: str) -> None:
    assert _quote(f"try:\n    a\n{header}: b", 3) == header


def test_the_header_of_a_handler_of_groups_is_quoted() -> None:
    assert _quote("try:\n    a\nexcept* A as b: c", 3) == "except* A as b"


@pytest.mark.parametrize("header", ["case 1", "case _", "case {'a': 1} if b[1:2]", "case A(b=1) as c", "case (1 | 2)"])
def test_the_header_of_a_case_is_quoted_with_its_guard(header: str) -> None:
    assert _quote(f"match a:\n    {header}: b", 2) == header


@pytest.mark.parametrize(
    ("source", "line", "header"),
    [
        ("if a:\n    b\nelif c:\n    d", 3, "elif c"),
        ("if  a   ==\tb  :\n    c", 1, "if a == b"),
        ("if (a and\n        b):\n    c", 1, "if (a and ..."),
        ("if (a and  # why\n        b):\n    c", 1, "if (a and ..."),
        ("if a({'b': 1},\n c):\n    d", 1, "if a({'b': 1}, ..."),
        ("with a, \\\n        b:\n    c", 1, "with a, \\ ..."),
        ("def f():\r\n    if a:\r\n        b\r\n", 2, "if a"),
        ("x = '\f'\nif a:\n    b", 2, "if a"),
    ],
    ids=["elif", "blanks", "two lines", "with a comment", "with a colon", "backslash", "CRLF", "form feed"],
)
def test_a_header_is_quoted_on_one_line(source: str, line: int, header: str) -> None:
    assert _quote(source, line) == header


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a" * (LONGEST_HEADER - 3), "if " + "a" * 67),
        ("a" * (LONGEST_HEADER - 2), "if " + "a" * 63 + " ..."),
        ("a" * 62 + " + bcdef", "if " + "a" * 62 + " ..."),
    ],
)
def test_a_header_that_is_too_long_is_cut_with_a_mark(name: str, header: str) -> None:
    assert _quote(f"if {name}: b") == header
    assert len(header) <= LONGEST_HEADER


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80))
def test_whatever_a_string_in_a_header_holds_the_quote_fits(text: str) -> None:
    header = _quote(f"if a == {text!r}: b")
    assert len(header) <= LONGEST_HEADER
    assert header == " ".join(f"if a == {text!r}".split()) or header.endswith(" ...")


@pytest.mark.parametrize(
    ("source", "rows"),
    [("", [""]), ("a\nb", ["a", "b"]), ("a\r\nb\rc\n", ["a", "b", "c", ""]), ("a\x0bb\x0cc\x1cd\x85e\u2028f", None)],
)
def test_rows_end_where_python_ends_them(source: str, rows: list[str] | None) -> None:
    assert quoting.split_rows(source) == (rows or [source])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("with a: b", 'the "with" at '),
        ("try: a\nexcept: b", 'the "try" at '),
        ("try: a\nexcept* A: b", 'the "try" at '),
        ("match a:\n    case 1: b", 'the "match" at '),
        ("for a in b: c", "the loop at "),
        ("while a: b", "the loop at "),
        ("a = 1", ""),
        ("if a: b", ""),
        ("def f(): a", ""),
    ],
)
def test_a_compound_statement_is_named_before_its_line(source: str, words: str) -> None:
    assert quoting.name_keyword(outlines.build_outline(source).by_line[1].node) == words


@pytest.mark.parametrize(
    ("header", "words"), [("async with a", 'the "with" at '), ("async for a in b", "the loop at ")]
)
def test_an_asynchronous_statement_is_named_as_any_other(header: str, words: str) -> None:
    source = f"async def f():\n    {header}: c"
    assert quoting.name_keyword(outlines.build_outline(source).by_line[2].node) == words
