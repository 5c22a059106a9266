"""The text of a bug is parsed as covbot wrote it; any other text gives nothing, and does no harm."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.advice.excerpts import ExcerptRow
from covbot.core.bugs.marker import Marker, add_marker
from covbot.core.lines import Lines
from covbot.core.verification import bugtext
from covbot.core.verification.bugtext import BugText
from support import sample_task

GOLDEN = (Path(__file__).parents[2] / "data" / "texts" / "golden.txt").read_text(encoding="utf-8")
MARKER_LINE = re.compile(r"^covbot task: .*$", re.MULTILINE)
HEADER = "No test of job runs 2 statements of m.py (at revision 1234567890):\n\n"
SOURCE = [
    "import os",
    "",
    "def f(a):",
    "    if a:",
    "        return 1",
    "    return 2",
    "",
    "def g(a):",
    "    return a",
]

paths = st.lists(st.from_regex(r"[a-z_][a-z0-9_]{0,12}", fullmatch=True), min_size=1, max_size=4).map("/".join)


def show_rows(first: int, last: int, *missing: int) -> tuple[ExcerptRow, ...]:
    return tuple(
        ExcerptRow(number=number, text=SOURCE[number - 1].strip(), missing=number in missing)
        for number in range(first, last + 1)
    )


def ask_for(rows: tuple[ExcerptRow, ...], *lines: int) -> BugText:
    return BugText(path="m.py", lines=Lines.of(lines), statements=len(lines), rows=rows)


@given(
    path=paths,
    lines=st.sets(st.integers(1, 40_000), min_size=1, max_size=400).map(Lines.of),
    marked=st.booleans(),
)
def test_what_covbot_writes_is_parsed_and_what_it_leaves_out_is_counted(path: str, lines: Lines, marked: bool) -> None:
    task = attrs.evolve(sample_task.TASK, path=f"{path}.py", lines=lines)
    text = sample_task.describe_task(task).description
    asked = bugtext.parse_bug_text(text if marked else MARKER_LINE.sub("", text))
    assert asked
    assert (asked.path, asked.statements) == (f"{path}.py", len(lines))
    assert asked.revisions[0] == sample_task.BUILDS[-1].revision
    listed = list(asked.lines)
    assert listed == list(lines)[: len(listed)]
    assert len(listed) == len(lines) or (" more" in text and not marked)


def test_reasons_and_excerpt_are_parsed() -> None:
    asked = bugtext.parse_bug_text(MARKER_LINE.sub("", GOLDEN))
    assert asked
    assert (asked.path, list(asked.lines), asked.statements) == ("bakery/ovens/heat.py", [14, 19, 22], 3)
    assert asked.revisions == ("00a030403f672b97536400a030403f672b975364", "00a030403f")
    assert [row.number for row in asked.rows if row.missing] == [14, 19, 22]
    assert [row.number for row in asked.rows] == list(range(12, 23))


@pytest.mark.parametrize(
    "change",
    [
        str.strip,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: f"Bug 7\n\n{text}",
        lambda text: re.sub("^ +", lambda blanks: "\N{NO-BREAK SPACE}" * len(blanks[0]), text, flags=re.MULTILINE),
    ],
)
def test_how_it_was_pasted_does_not_matter(change: object) -> None:
    assert callable(change)
    for text in (GOLDEN, MARKER_LINE.sub("", GOLDEN)):
        assert bugtext.parse_bug_text(change(text)) == bugtext.parse_bug_text(text)


def test_a_list_that_continues_in_the_next_row_is_parsed_whole() -> None:
    asked = bugtext.parse_bug_text(f"{HEADER}    lines 3, 5-6,\n        9, 12\n             is never true\n")
    assert asked
    assert list(asked.lines) == [3, 5, 6, 9, 12]


def test_the_marker_alone_is_enough_and_one_that_cannot_be_parsed_is_none() -> None:
    marker = Marker(path="m.py", regions=("f",), lines=Lines.of([3, 5]), revision="main")
    alone = bugtext.parse_bug_text(add_marker("Somebody wrote this.", marker))
    assert alone == BugText(path="m.py", lines=Lines.of([3, 5]), statements=2)
    assert (
        bugtext.parse_bug_text('covbot task: {"path": "m.py", "lines": "3-999999999", "sum": "", "regions": []}')
        is None
    )
    assert bugtext.parse_bug_text('covbot task: {"path": ["m.py"], "lines": "3", "sum": "", "regions": []}') is None


def test_the_name_of_a_branch_is_no_commit() -> None:
    asked = bugtext.parse_bug_text(HEADER.replace("1234567890", "main") + "  lines 3, 4\n")
    assert asked
    assert asked.revisions == ()


@given(text=st.text(alphabet="No test of runs 12 statements of a/b.py in (at revision 1f):\n >,-…\0\x1b", max_size=600))
def test_any_text_is_parsed_or_not(text: str) -> None:
    for tried in (text, HEADER + text, f"{HEADER}  line {text}"):
        asked = bugtext.parse_bug_text(tried)
        assert asked is None or (asked.path and asked.lines)


@pytest.mark.parametrize(
    "rest",
    [
        "  lines 1-9999999, 1-9999999\n" * 1000,
        "  lines " + "1, " * 300_000,
        ">" * 10**6,
        " " * 10**6,
        "      12  x\n" * 80_000,
        "(at revision " * 80_000,
        f"{'f' * 40} " * 25_000,
    ],
)
def test_a_huge_text_is_parsed_in_part(rest: str) -> None:
    asked = bugtext.parse_bug_text(f"{HEADER}  line 4\n{rest}")
    assert asked
    assert len(asked.lines) <= bugtext.MOST_LINES
    assert len(asked.rows) <= bugtext.MOST_ROWS
    assert len(asked.revisions) <= 4


def test_lines_are_followed_by_the_rows_around_them() -> None:
    now = "\n".join(["# new", *SOURCE[:6], "", "", *SOURCE[6:]])
    rows = (*show_rows(3, 5, 5), *show_rows(8, 9, 9))
    assert bugtext.follow_excerpt(ask_for(rows, 5, 9), now) == Lines.of([6, 12])
    assert bugtext.follow_excerpt(ask_for(rows, 5, 9), "\n".join(SOURCE)) == Lines.of([5, 9])


def test_a_line_outside_of_the_rows_is_followed_only_where_all_of_them_moved_alike() -> None:
    alike, apart = ["# new", *SOURCE], ["# new", *SOURCE[:6], "", *SOURCE[6:]]
    rows = (*show_rows(3, 5, 5), *show_rows(8, 9))
    assert bugtext.follow_excerpt(ask_for(rows, 5, 6), "\n".join(alike)) == Lines.of([6, 7])
    assert bugtext.follow_excerpt(ask_for(rows, 5, 6), "\n".join(apart)) is None


@pytest.mark.parametrize(
    "now", ["", "\n".join(SOURCE).replace("return 1", "return 3"), "\n".join(["x", *SOURCE, *SOURCE])]
)
def test_rows_that_changed_or_occur_twice_are_not_followed(now: str) -> None:
    assert bugtext.follow_excerpt(ask_for(show_rows(3, 5, 5), 5), now) is None


def test_a_row_that_was_cut_or_escaped_is_still_known() -> None:
    rows = (ExcerptRow(number=1, text="x = 'bug\\x201' + 'a very..."), ExcerptRow(number=2, text="y", missing=True))
    assert bugtext.follow_excerpt(ask_for(rows, 2), "\n\nx = 'bug 1' + 'a very long text'\ny") == Lines.of([4])
