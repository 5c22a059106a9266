"""An outline has each statement of a text with its block, by the lines by which a report names it."""

from __future__ import annotations

import ast
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from covbot.core.lines import Lines
from covbot.core.source import outlines
from support.programs import random_programs

if TYPE_CHECKING:
    from covbot.core.source.outlines import Statement

EXAMPLE = dedent("""\
    import a; b = 1
    @one
    @two(
        3)
    def f(
            x):
        while x:
            if a:
                return
            elif b: pass
        else:
            pass
    try:
        with a as c:
            match c:
                case 1 | \\
                        2:
                    d
                case _: e
    except A:
        for g in h:
            i(
            )
    else:
        j
    finally:
        k
""")


def _describe(statement: Statement) -> str:
    """Return `7 While: body 0 of 5`: line, kind, block and index, and the line of the owner."""
    owner = f" of {statement.owner.line}" if statement.owner else ""
    return f"{statement.line} {type(statement.node).__name__}: {statement.field} {statement.index}{owner}"


def test_an_example_is_outlined_as_a_reader_would() -> None:
    assert [_describe(statement) for statement in outlines.build_outline(EXAMPLE).by_node.values()] == [
        "1 Import: body 0",
        "1 Assign: body 1",
        "2 FunctionDef: body 2",
        "7 While: body 0 of 2",
        "8 If: body 0 of 7",
        "9 Return: body 0 of 8",
        "10 If: orelse 0 of 8",
        "10 Pass: body 0 of 10",
        "12 Pass: orelse 0 of 7",
        "13 Try: body 3",
        "14 With: body 0 of 13",
        "15 Match: body 0 of 14",
        "16 match_case: cases 0 of 15",
        "18 Expr: body 0 of 16",
        "19 match_case: cases 1 of 15",
        "19 Expr: body 0 of 19",
        "20 ExceptHandler: handlers 0 of 13",
        "21 For: body 0 of 20",
        "22 Expr: body 0 of 21",
        "25 Expr: orelse 0 of 13",
        "27 Expr: finalbody 0 of 13",
    ]


def test_of_several_statements_on_one_line_the_first_is_known_by_it() -> None:
    by_line = outlines.build_outline(EXAMPLE).by_line
    assert _describe(by_line[1]) == "1 Import: body 0"
    assert _describe(by_line[10]) == "10 If: orelse 0 of 8"


def test_a_definition_is_known_by_its_decorators_and_its_def_and_by_no_other_line() -> None:
    by_line = outlines.build_outline(EXAMPLE).by_line
    assert by_line[2] is by_line[3] is by_line[5]
    assert 4 not in by_line
    assert 6 not in by_line


@pytest.mark.parametrize(
    ("lines", "fits"),
    [
        ([], True),
        ([1, 2, 3, 5, 7, 27], True),
        ([4], False),
        ([11], False),
        ([17], False),
        ([28], False),
        ([1, 4], False),
    ],
)
def test_a_text_fits_if_a_statement_begins_on_each_measured_line(lines: list[int], *, fits: bool) -> None:
    assert outlines.build_outline(EXAMPLE).fits(Lines.of(lines)) is fits


@pytest.mark.parametrize(
    ("line", "span"),
    [(1, (1, 1)), (2, (2, 12)), (8, (8, 10)), (16, (16, 18)), (19, (19, 19)), (20, (20, 23)), (22, (22, 23))],
)
def test_a_statement_reaches_from_its_first_decorator_to_the_end_of_its_blocks(
    line: int, span: tuple[int, int]
) -> None:
    node = outlines.build_outline(EXAMPLE).by_line[line].node
    assert (outlines.find_first_line(node), outlines.find_last_line(node)) == span


@pytest.mark.parametrize("source", ["", "# nothing\n", "def f(:\n", "x = 1\0\n", "(" * 5000])
def test_a_text_without_statements_or_that_cannot_be_parsed_has_an_empty_outline(source: str) -> None:
    outline = outlines.build_outline(source)
    assert (outline.by_line, outline.by_node) == ({}, {})
    assert outline.fits(Lines())
    assert not outline.fits(Lines.of([1]))


def test_a_long_chain_of_branches_is_walked() -> None:
    chain = "if x == 0:\n    pass\n" + "".join(f"elif x == {n}:\n    pass\n" for n in range(1, 900))
    assert len(outlines.build_outline(chain).by_node) == 1800


@given(random_programs.programs())
def test_each_statement_of_a_program_is_in_its_block_exactly_once(source: str) -> None:
    outline = outlines.build_outline(source)
    found = [*outline.by_node.values()]
    counted = [node for node in ast.walk(ast.parse(source)) if isinstance(node, outlines.Node)]
    assert len(found) == len(counted)
    for statement in found:
        assert outline.find_statement(statement.node) is statement
        assert statement.block[statement.index] is statement.node
        assert statement.owner is None or getattr(statement.owner.node, statement.field) is statement.block
        assert outline.by_line[statement.line].line == statement.line
