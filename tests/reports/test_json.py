"""The JSON of a one-off report has exactly the schema covbot-report/1."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from covbot.core import coverage
from covbot.core.builds.build import Build
from covbot.core.coverage import Branch, FileCoverage, Problem, Report
from covbot.core.lines import Lines
from covbot.core.tasks.task import make_key
from covbot.reports import oneoff, rendering

NUMBERS = ["statements", "missing", "branches", "missing_branches", "partial"]

WHOLE = {
    "schema": "covbot-report/1",
    "after": {
        "files": ["coverage.xml", "functional.xml"],
        "build": None,
        "revision": "00a03040",
        "writer": "coverage.py 7.10",
        "numbers": dict(zip(NUMBERS, (7, 1, 3, 3, 1), strict=True)),
    },
    "before": None,
    "files": {
        "a.py": {"statements": [1, 2], "missing": [], "partial": {}},
        "b.py": {"statements": [1, 2, 3, 4, 5], "missing": [2], "partial": {"4": ["9", "20", "exit"]}},
    },
    "delta": None,
    "tasks": [
        {
            "key": make_key("", "b.py", ""),
            "title": "b.py: 1 statement has no test",
            "path": "b.py",
            "module": "b",
            "regions": [""],
            "lines": [2],
            "statements": 1,
            "kind": "module",
        }
    ],
    "problems": [
        {"where": "coverage.xml:2", "what": "its header says 9 statements"},
        {"where": "coverage.xml:7", "what": "a class without filename was skipped"},
    ],
}
"""The document of the side that `_make_whole_side` returns."""


def _make_file(statements: range, *missing: int, **branches: Branch) -> FileCoverage:
    """Return a file with these statements; branches are given as `line_7=Branch(...)`."""
    by_line = {int(name.removeprefix("line_")): branch for name, branch in branches.items()}
    return FileCoverage(statements=Lines.of(statements), missing=Lines.of(missing), branches=by_line)


def _render_json(after: oneoff.ReportSide, before: oneoff.ReportSide | None = None) -> dict[str, Any]:
    stream = io.StringIO()
    rendering.render_report(oneoff.make_report(after, before), rendering.Format.JSON, stream)
    assert stream.getvalue().isascii()
    assert stream.getvalue().endswith("}\n")
    document: dict[str, Any] = json.loads(stream.getvalue())
    return document


def _make_side(
    *, writer: str = "coverage.py 7.10", problems: tuple[Problem, ...] = (), **files: FileCoverage
) -> oneoff.ReportSide:
    report = Report(files={f"{name}.py": file for name, file in files.items()}, writer=writer, problems=problems)
    return oneoff.ReportSide(files=("coverage.xml",), report=report)


def _make_whole_side() -> oneoff.ReportSide:
    branch = Branch(total=3, targets=frozenset({"exit", "9", "20"}))
    file = _make_file(range(1, 6), 2, line_4=branch)
    return oneoff.ReportSide(
        files=("coverage.xml", "functional.xml"),
        report=Report(
            files={"b.py": file, "a.py": _make_file(range(1, 3))},
            writer="coverage.py 7.10",
            problems=(Problem(where="coverage.xml:7", what="a class without filename was skipped"),),
            mismatches=(Problem(where="coverage.xml:2", what="its header says 9 statements"),),
        ),
        revision="00a03040",
    )


def test_the_whole_document_has_its_keys_in_their_order_and_lists_every_line() -> None:
    stream = io.StringIO()
    rendering.render_report(oneoff.make_report(_make_whole_side()), rendering.Format.JSON, stream)
    assert json.dumps(json.loads(stream.getvalue())) == json.dumps(WHOLE)


def test_a_stored_build_is_described_with_its_identity() -> None:
    build = Build(
        job="nova-coverage", number=3, started_at=datetime(2026, 8, 21, 21, 1, 48, tzinfo=UTC), result="SUCCESS"
    )
    document = _render_json(oneoff.ReportSide(files=(), report=Report(), build=build, revision="abc"))
    assert document["after"]["build"] == {
        "job": "nova-coverage",
        "number": 3,
        "started_at": "2026-08-21T21:01:48+00:00",
        "revision": None,
        "result": "SUCCESS",
        "url": "",
    }
    assert (document["files"], document["tasks"], document["problems"]) == ({}, [], [])


def test_a_comparison_lists_what_opened_closed_is_unchanged_or_ambiguous() -> None:
    before = _make_side(
        same=_make_file(range(1, 9), 1, 2, 3),
        lost=_make_file(range(1, 5), 4),
        ambiguous=_make_file(range(1, 5), 1, 2),
        writer="old",
    )
    after = _make_side(
        same=_make_file(range(1, 9), 2, 3, 8), new=_make_file(range(1, 3), 1), ambiguous=_make_file(range(1, 9), 1)
    )
    document = _render_json(after, before)
    assert list(document["before"]) == list(document["after"])
    assert document["before"]["writer"] == "old"
    assert document["delta"] == {
        "opened": [
            {"path": "new.py", "region": "", "lines": [1], "why": "newly measured"},
            {"path": "same.py", "region": "", "lines": [8], "why": "lost coverage"},
        ],
        "closed": [{"path": "same.py", "region": "", "lines": [1], "why": "covered"}],
        "standing": 3,
        "unmeasured": [{"path": "lost.py", "lines": [4]}],
        "ways": {"opened": [], "closed": [], "standing": 0},
    }
    assert list(document["delta"]) == ["opened", "closed", "standing", "unmeasured", "ways"]
    assert [problem["where"] for problem in document["problems"]] == ["ambiguous.py"]
    assert "2 missing before, 1 now" in document["problems"][0]["what"]


def test_a_comparison_lists_the_branches_that_opened_and_closed() -> None:
    never_reached = [frozenset({"4"}), frozenset({"exit"})]
    reports = [
        Report(
            files={"a.py": FileCoverage(statements=Lines.of([3, 4]), branches={3: Branch(total=2, targets=targets)})}
        )
        for targets in never_reached
    ]
    before, after = (oneoff.ReportSide(files=("coverage.xml",), report=report) for report in reports)
    change = {"path": "a.py", "line": 3, "ways": 1}
    assert _render_json(after, before)["delta"]["ways"] == {
        "opened": [{**change, "targets": ["exit"], "why": "lost coverage"}],
        "closed": [{**change, "targets": ["4"], "why": "covered"}],
        "standing": 0,
    }


LINES = st.sets(st.integers(1, 60), max_size=30)


@given(st.dictionaries(st.text(st.characters(exclude_categories=())), st.tuples(LINES, LINES), max_size=6))
def test_whatever_files_are_called_all_their_lines_are_listed_and_the_numbers_add_up(
    given_files: dict[str, tuple[set[int], set[int]]],
) -> None:
    files = {
        path: FileCoverage(statements=Lines.of(ran | missing), missing=Lines.of(missing))
        for path, (ran, missing) in given_files.items()
    }
    document = _render_json(oneoff.ReportSide(files=("coverage.xml",), report=coverage.Report(files=files)))
    assert document["files"] == {
        path: {"statements": sorted(ran | missing), "missing": sorted(missing), "partial": {}}
        for path, (ran, missing) in given_files.items()
    }
    assert document["after"]["numbers"]["missing"] == sum(task["statements"] for task in document["tasks"])
    assert len({task["key"] for task in document["tasks"]}) == len(document["tasks"])
    assert all(task["title"].isprintable() and len(task["title"]) <= 200 for task in document["tasks"])
