"""The one-off report fits 80 columns and a pipe, begins with the most important, and has only correct numbers."""

from __future__ import annotations

import io
import os
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich import cells

from covbot.core.builds.build import Build
from covbot.core.coverage import Branch, FileCoverage, Problem, Report
from covbot.core.lines import Lines
from covbot.reports import oneoff, rendering

ESCAPE = "\x1b"


def _cover(statements: int, *missing: int, branches: dict[int, Branch] | None = None) -> FileCoverage:
    return FileCoverage(
        statements=Lines.of(range(1, statements + 1)), missing=Lines.of(missing), branches=branches or {}
    )


def _make_side(
    files: dict[str, FileCoverage], *, name: str = "coverage.xml", problems: tuple[Problem, ...] = ()
) -> oneoff.ReportSide:
    return oneoff.ReportSide(files=(name,), report=Report(files=files, writer="coverage.py 7.10", problems=problems))


def _render_to_pipe(
    after: oneoff.ReportSide, before: oneoff.ReportSide | None = None, *, encoding: str = "utf-8"
) -> str:
    """Return what a pipe receives."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    rendering.render_report(oneoff.make_report(after, before), rendering.Format.TERMINAL, stream)
    stream.flush()
    return raw.getvalue().decode(encoding)


def _render_to_terminal(after: oneoff.ReportSide, before: oneoff.ReportSide | None = None) -> str:
    """Return what a real terminal receives."""
    terminal, program = os.openpty()
    try:
        with os.fdopen(program, "w", encoding="utf-8") as stream:
            rendering.render_report(oneoff.make_report(after, before), rendering.Format.TERMINAL, stream)
            stream.flush()
            return os.read(terminal, 100_000).decode("utf-8")
    finally:
        os.close(terminal)


def test_a_whole_report_reads_like_this() -> None:
    partial = {2: Branch(total=2, targets=frozenset({"exit"}))}
    side = oneoff.ReportSide(
        files=("unit.xml", "functional.xml"),
        report=Report(
            files={
                "a.py": _cover(1000, 3, 7, 8, 9, branches=partial),
                "b.py": _cover(2, 1, 2),
                "c.py": _cover(1),
            },
            writer="coverage.py 7.10",
            mismatches=(Problem(where="unit.xml:2", what="its header says 9 statements, its body has 1,003"),),
        ),
        revision="00a03040",
        build=Build(job="nova-coverage", number=33, started_at=datetime(2026, 8, 21, tzinfo=UTC)),
    )
    assert (
        _render_to_pipe(side)
        == """\
unit.xml, functional.xml, build 33 of nova-coverage, revision 00a03040 (written
by coverage.py 7.10)
99.4 % of 1,003 statements ran: 6 missing, in 2 of 3 files.
Nothing at all ran in 1 file: 2 statements.
1 of 2 branches never taken, 1 line ran only in part.
Read with 1 caution, named at the end.

Biggest gaps
  missing     of     ran  module
        4  1,000  99.6 %  a.py
                          3, 7-9
        2      2   0.0 %  b.py
                          1-2

Cautions
  where       what
  unit.xml:2  its header says 9 statements, its body has 1,003
"""
    )


def test_a_comparison_lists_each_change_with_its_reason_before_the_gaps() -> None:
    before = _make_side(
        {"same.py": _cover(9, 1, 2), "gone.py": _cover(4, 4), "blurred.py": _cover(4, 1, 2), "stands.py": _cover(3, 3)},
        name="old.xml",
    )
    after = _make_side(
        {"same.py": _cover(9, 2, 3, 5), "new.py": _cover(2, 1), "blurred.py": _cover(9, 7), "stands.py": _cover(3, 3)}
    )
    output = _render_to_pipe(after, before)
    assert (
        output[output.index("Compared") : output.index("Biggest")]
        == """\
Compared with old.xml (written by coverage.py 7.10): 3 statements opened, 1
closed, 3 missing statements as before, 1 module not measured any more, 1 module
changed beyond telling.

Opened (lines as they are now)
  statements  why             module
           2  lost coverage   same.py
                              3, 5
           1  newly measured  new.py
                              1

Closed (lines as they were)
  statements  why      module
           1  covered  same.py
                       1

Not measured any more: neither covered nor missing
  missing before  module
               1  gone.py

Code changed: without its source, single lines cannot be told apart
  missing before  now  module
               2    1  blurred.py

"""
    )


def test_no_change_is_stated_explicitly() -> None:
    side = _make_side({"a.py": _cover(9, 1, 2)})
    assert ": no change, 2 missing statements as before. " in " ".join(_render_to_pipe(side, side).split())


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "Nothing to cover: the report holds no file."),
        ({"a.py": _cover(0)}, "Nothing to cover: 1 file without a statement."),
        ({"a.py": _cover(4)}, "100 % of 4 statements ran: none missing in 1 file."),
        ({"a.py": _cover(100_000, 5)}, "99.9 % of 100,000 statements ran: 1 missing, in 1 of 1 file."),
        ({"a.py": _cover(1, 1)}, "0.0 % of 1 statement ran: 1 missing, in 1 of 1 file."),
    ],
)
def test_the_headline_never_overstates(files: dict[str, FileCoverage], expected: str) -> None:
    assert _render_to_pipe(_make_side(files)).splitlines()[1] == expected


def test_a_long_list_is_cut_with_a_correct_count_of_the_rest_and_the_option_that_shows_all() -> None:
    output = _render_to_pipe(
        _make_side({f"m{number:02}.py": _cover(50, *range(1, number + 1)) for number in range(1, 15)})
    )
    assert [f"m{number:02}.py" in output for number in range(1, 15)] == [False] * 4 + [True] * 10
    rest = "and 4 more modules with 10 missing statements: --format json lists every one"
    assert " ".join(output.split()).endswith(rest)


def test_many_files_and_many_lines_are_counted_not_listed() -> None:
    side = oneoff.ReportSide(files=tuple("abcde"), report=Report(files={"a.py": _cover(99, *range(1, 99, 2))}))
    output = _render_to_pipe(side)
    assert output.startswith("a, b, c, 2 more files (written by unknown)\n")
    assert "1, 3, 5, 7, 9 and 44 more lines\n" in output


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("[red]a[/red].py", "[red]a[/red].py"),
        (":smile:.py", ":smile:.py"),
        (f"a{ESCAPE}[31m.py", r"a\x1b[31m.py"),
        ("a\nb\r.py", r"a\nb\r.py"),
        ("a\u202eb.py", r"a\u202eb.py"),
        ("a\ud800.py", r"a\ud800.py"),
        ("x" * 1_000_000, "..." + "x" * 30),
    ],
)
def test_names_appear_as_harmless_text(name: str, expected: str) -> None:
    side = _make_side({name: _cover(2, 1)}, name=name, problems=(Problem(where=name, what=name),))
    shown = _render_to_pipe(side, _make_side({}, name=name))
    assert expected in shown
    assert len(shown) < 10_000


def test_a_stream_that_cannot_spell_a_name_gets_it_escaped() -> None:
    assert r"\u540d.py" in _render_to_pipe(_make_side({"\u540d.py": _cover(2, 1)}), encoding="ascii")
    assert "\u540d.py" in _render_to_pipe(_make_side({"\u540d.py": _cover(2, 1)}))


NAMES = st.text(st.characters(exclude_categories=()), min_size=1, max_size=300)


@given(st.dictionaries(NAMES, st.sets(st.integers(1, 99), max_size=40), max_size=14), NAMES)
def test_whatever_names_come_a_pipe_gets_plain_lines_of_at_most_80_columns(
    gaps: dict[str, set[int]], warning: str
) -> None:
    side = _make_side(
        {name: _cover(99, *missing) for name, missing in gaps.items()},
        problems=(Problem(where=warning, what=warning),),
    )
    for line in _render_to_pipe(side, _make_side({}, name=warning)).split("\n")[:-1]:
        assert line.isprintable()
        assert cells.cell_len(line) <= 80


def test_a_terminal_gets_colour_unless_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    side = _make_side({"a.py": _cover(2, 1)})
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert ESCAPE + "[1m" in _render_to_terminal(side)
    assert ESCAPE + "[3" in _render_to_terminal(
        _make_side({"a.py": _cover(2, 1)}, problems=(Problem(where="a", what="b"),))
    )
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(
        r"\x1b\[[0-9;]*3[0-7]", _render_to_terminal(_make_side({}, problems=(Problem(where="a", what="b"),)))
    )
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESCAPE not in _render_to_pipe(side)


def test_a_very_narrow_terminal_cuts_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "5")
    assert "1,234" in _render_to_terminal(_make_side({"a.py": _cover(2000, *range(1, 1235))}))
