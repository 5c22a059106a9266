"""Each sentence that explains why lines never ran, for the smallest text; and none where nothing is proven."""

from __future__ import annotations

import pytest

from covbot.core.advice.explanations import Cause, explain_lines
from covbot.core.coverage import Branch, FileCoverage
from covbot.core.lines import Lines


def _explain_picture(picture: str, branches: dict[int, Branch] | None = None) -> list[str]:
    """Return the sentences about rows `mark|code`: `.` ran, `x` did not, anything else is no statement."""
    rows = [row.partition("|") for row in picture.strip("\n").split("\n")]
    marks = list(enumerate((mark for mark, _, _ in rows), start=1))
    file = FileCoverage(
        statements=Lines.of(line for line, mark in marks if mark in {".", "x"}),
        missing=Lines.of(line for line, mark in marks if mark == "x"),
        branches=branches or {},
    )
    source = "\n".join(code for _, _, code in rows)
    return [explanation.sentence for explanation in explain_lines(source, file, file.missing)]


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (".|if a == 'x:y':  # so\nx|    b", "\"if a == 'x:y'\" (line 1) is never true"),
        (".|if a:\n.|    b\n |else:\nx|    c", '"if a" (line 1) is always true'),
        (".|if a:\n.|    return\nx|b", '"if a" (line 1) is always true'),
        (".|if a: return\nx|b", '"if a" (line 1) is never false'),
        (".|if a:\n.|    b\nx|elif c:\nx|    d", '"if a" (line 1) is always true'),
        (".|if a:\n.|    return\n.|elif b:\n.|    return\nx|c", '"elif b" (line 3) is always true'),
        (".|if a:\n.|    return\n |else:\n.|    return\nx|c", 'no run gets past the "if" at line 1'),
        (".|if (a and\n |      b):\nx|    c", '"if (a and ..." (line 1) is never true'),
        (".|while a:\nx|    b", '"while a" (line 1) is never true'),
        (".|for a in b:\nx|    c", "the loop at line 1 never runs"),
        (".|for a in b:\n.|    return\nx|c", "the loop at line 1 never comes to its end"),
        (".|for a in b:\n.|    return\n |else:\nx|    c", 'the "else" of the loop at line 1 is never taken'),
        (".|with a as b:\nx|    c", 'the block of "with a as b" (line 1) is never entered'),
        (".|with a:\n.|    return\nx|b", 'no run gets past the "with" at line 1'),
        (".|try:\n.|    a\nx|except B as c:\nx|    d", '"except B as c" (line 3) is never reached'),
        (".|try:\n.|    a\n.|except B:\nx|    c", '"except B" (line 3) never matches'),
        (".|try:\n.|    a\n.|except B:\n.|    c\n |else:\nx|    d", 'the "else" of the "try" at line 1 is never taken'),
        (".|match a:\n.|    case 1 if b:\nx|        c", '"case 1 if b" (line 2) is never taken'),
        (".|match a:\n.|    case 1:\n.|        c\nx|    case 2:\nx|        d", '"case 2" (line 4) is never reached'),
        (".|def f():\n |    'Say.'\nx|    a", '"f" (line 1) is never called'),
        (".|@d\n.|def f():\nx|    a", '"f" (line 2) never runs'),
        (".|def f():\nx|    yield a", '"f" (line 1) never runs'),
        (".|async def f():\nx|    a", '"f" (line 1) never runs'),
        (".|def f():\n.|    a()\nx|    b", "no run gets past line 2"),
        ("x|import a\nx|def f():\nx|    b", "nothing of this module runs"),
    ],
)
def test_each_cause_has_its_sentence(picture: str, sentence: str) -> None:
    assert _explain_picture(picture) == [sentence]


@pytest.mark.parametrize(
    "picture",
    [
        ".|if a:\nx|    b\n.|    c",  # something behind it ran: the report contradicts itself
        " |if a:\nx|    b",  # the condition is excluded from coverage
        ".|a; b()\n |c\nx|d",  # one of the statements between is not reported
        ".|return\nx|a",  # dead code
        ".|class A:\nx|    a",  # a class that is defined runs its body
        ".|try:\n.|    a\n.|except:\nx|    b",  # what matches everything never fails to match
        ".|a\nx|b(",  # no Python
        ".|a(\n.|b)\nx|c",  # measured from another text
    ],
)
def test_what_is_not_proven_has_no_sentence(picture: str) -> None:
    assert _explain_picture(picture) == [""]


def test_a_branch_that_was_taken_makes_never_false_always_true() -> None:
    taken = {1: Branch(total=2, targets=frozenset({"2"}))}
    assert _explain_picture(".|if a: return\nx|b", taken) == ['"if a" (line 1) is always true']


def test_lines_that_never_ran_for_one_reason_have_one_explanation() -> None:
    source = "def f():\n    if a:\n        b\n        if c:\n            d\n    e"
    file = FileCoverage(statements=Lines.of([1, 2, 3, 4, 5, 6]), missing=Lines.of([3, 4, 5]))
    (explanation,) = explain_lines(source, file, file.missing)
    assert (list(explanation.lines), explanation.line, explanation.cause) == ([3, 4, 5], 2, Cause.BRANCH)


def test_a_long_condition_is_cut_with_a_mark() -> None:
    (sentence,) = _explain_picture(f".|if {'a' * 200}:\nx|    b")
    assert sentence.startswith('"if aaa')
    assert sentence.endswith('aaa ..." (line 1) is never true')
    assert len(sentence) < 110
