"""Reading coverage.py's own data: the executed lines and arcs of each file, and nothing else in it has any effect."""

from __future__ import annotations

import gzip
import io
import sqlite3
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from covbot.core import coverage, execution
from covbot.core.execution import Execution
from covbot.core.lines import Lines
from covbot.errors import CannotReadReport
from covbot.formats import reading
from formats.outcomes import catch_error, list_problems
from support.programs import coverage_runs

if TYPE_CHECKING:
    from pathlib import Path

    from covbot.core.coverage import Report

WHOLE = coverage_runs.make_data(arcs={"/ci/a.py": [(-1, 1), (1, 2), (2, -1)], "b.py": []})
DAMAGED = "it is coverage.py's data, but damaged or cut off; fetch it again, or run the tests again"
FOREIGN = "it is a SQLite file, but not with the tables of coverage.py 5 or later"

names = st.sampled_from(["a.py", "/ci/b.py", "C:\\x\\c.py"])
by_lines = st.dictionaries(names, st.sets(st.integers(1, 300), min_size=1), min_size=1)
by_arcs = st.dictionaries(names, st.sets(st.tuples(st.integers(-40, 40), st.integers(-40, 40)), min_size=1), min_size=1)
few_examples = settings(max_examples=15)  # each writes a database to the disk


def read_report(data: bytes) -> Report:
    return reading.read(io.BytesIO(data), "it")


def run_script(path: Path, script: str) -> bytes:
    """Return the whole data after an SQL script has changed it."""
    path.write_bytes(WHOLE)
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path.read_bytes()


@few_examples
@given(recorded=by_lines)
def test_lines_are_read_as_they_were_recorded(recorded: dict[str, set[int]]) -> None:
    report = read_report(coverage_runs.make_data(lines=recorded))
    assert report.executions == {name: Execution(lines=Lines.of(recorded[name])) for name in sorted(recorded)}
    assert (report.files, report.problems) == ({}, ())


@few_examples
@given(recorded=by_arcs)
def test_arcs_are_read_as_they_were_recorded(recorded: dict[str, set[tuple[int, int]]]) -> None:
    found = read_report(coverage_runs.make_data(arcs=recorded)).executions
    assert {name: set(execution.list_arcs(executed)) for name, executed in found.items()} == recorded
    ran = {name: {line for pair in pairs for line in pair if line > 0} for name, pairs in recorded.items()}
    assert {name: set(executed.lines) for name, executed in found.items()} == ran


@few_examples
@given(one=by_arcs, other=by_arcs)
def test_shards_add_up_whatever_their_order(
    one: dict[str, set[tuple[int, int]]], other: dict[str, set[tuple[int, int]]]
) -> None:
    shards = [read_report(coverage_runs.make_data(arcs=recorded)) for recorded in (one, other)]
    whole = read_report(
        coverage_runs.make_data(arcs={name: one.get(name, set()) | other.get(name, set()) for name in one | other})
    )
    assert (
        coverage.merge_reports(shards).executions
        == coverage.merge_reports(reversed(shards)).executions
        == whole.executions
    )
    assert coverage.merge_reports([*shards, whole]).executions == whole.executions


def test_a_shard_without_arcs_adds_its_lines() -> None:
    both = read_report(coverage_runs.make_data(lines={"a.py": [7]})) | read_report(
        coverage_runs.make_data(arcs={"a.py": [(1, 2)]})
    )
    assert both == read_report(coverage_runs.make_data(arcs={"a.py": [(1, 2)]})) | read_report(
        coverage_runs.make_data(lines={"a.py": [7]})
    )
    assert (list(both.executions["a.py"].lines), list(execution.list_arcs(both.executions["a.py"]))) == (
        [1, 2, 7],
        [(1, 2)],
    )


def test_the_writing_version_is_read_and_compressed_data_too() -> None:
    report = read_report(gzip.compress(WHOLE))
    assert report == read_report(WHOLE)
    assert report.writer.startswith("coverage.py 7.")


@few_examples
@given(end=st.integers(16, len(WHOLE) - 1))
@example(end=len(WHOLE) - 1)
@example(end=len(WHOLE) - 4096)
def test_data_cut_off_anywhere_is_refused(end: int) -> None:
    assert catch_error(WHOLE[:end], "it") in {DAMAGED, FOREIGN}


@few_examples
@given(position=st.integers(16, len(WHOLE) - 1), byte=st.integers(0, 255))
def test_a_wrong_byte_is_read_or_refused(position: int, byte: int) -> None:
    try:
        read_report(WHOLE[:position] + bytes([byte]) + WHOLE[position + 1 :])
    except CannotReadReport as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 -- an error is one of two correct outcomes


@pytest.mark.parametrize(
    "script",
    [
        "create view v as select 1",
        "create table more (x)",
        "create trigger t after insert on file begin select 1; end",
        "drop table tracer",
        "drop table meta; create view meta as with n(x) as (select 1 union all select x from n) select x from n",
        "drop table file; create table file (id integer primary key, path text as (hex(zeroblob(1e9))), unique (path))",
        "create virtual table words using fts5(x)",
    ],
)
def test_data_with_other_tables_is_refused_before_any_query(tmp_path: Path, script: str) -> None:
    assert catch_error(run_script(tmp_path / "it", script), "it") == FOREIGN


@pytest.mark.parametrize(
    "script",
    [
        "update coverage_schema set version = 99",
        "delete from coverage_schema",
        "update meta set value = 'many' where key = 'has_arcs'",
        "update file set path = x'ff'",
        "update file set path = cast(x'ff' as text) where id = 1",
        "update arc set fromno = 'one'",
        "update arc set tono = 4000000000",
        "insert into line_bits values (1, 1, 'text')",
        "insert into line_bits values (1, 1, zeroblob(2000000))",
        "update coverage_schema set version = null",
    ],
)
def test_rows_that_coverage_py_never_writes_are_refused(tmp_path: Path, script: str) -> None:
    assert catch_error(run_script(tmp_path / "it", script), "it") == DAMAGED


@pytest.mark.parametrize("what", [b"CREATE TABLE meta", b"key text", b"/ci/a.py"])
def test_text_that_is_not_utf_8_is_refused(what: bytes) -> None:
    assert what in WHOLE
    assert catch_error(WHOLE.replace(what, what[:-1] + b"\xd6"), "it") == DAMAGED


def test_more_data_than_memory_should_hold_is_refused() -> None:
    head = b"SQLite format 3\0"
    assert "is more than 12 MB of coverage.py's data" in catch_error(head.ljust(2**20 * 13, b"\0"), "it")


def test_data_of_no_file_is_refused() -> None:
    assert "nothing was measured" in catch_error(coverage_runs.make_data(lines={}) or remove_files(), "it")


def remove_files() -> bytes:
    """Return data without any file, which coverage.py itself never writes."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(WHOLE)
    connection.executescript("delete from arc; delete from file; vacuum")
    return connection.serialize()


def test_a_file_without_a_name_is_left_out_and_reported() -> None:
    report = read_report(coverage_runs.make_data(lines={" ": [1], "a.py": [1]}))
    assert list(report.executions) == ["a.py"]
    assert list_problems(report.problems) == [("it", "a file has an empty filename, and is left out")]
    message = catch_error(coverage_runs.make_data(lines={" ": [1]}), "it")
    assert message.startswith("it holds no file (its writer is coverage.py ")


def test_two_spellings_of_one_file_are_refused() -> None:
    assert "spells one file in two ways" in catch_error(
        coverage_runs.make_data(lines={"a.py": [1], "./a.py": [2]}), "it"
    )


def test_files_measured_by_a_plugin_are_left_out_and_reported() -> None:
    report = read_report(
        coverage_runs.make_data(lines={"a.py": [1], "page.html": [1]}, tracers={"page.html": "django"})
    )
    assert list(report.executions) == ["a.py"]
    assert [problem.what.partition(",")[0] for problem in report.problems] == [
        '"page.html" was measured by a plugin of coverage.py'
    ]


def test_no_path_in_the_data_is_opened() -> None:
    opened: list[str] = []
    recording = True

    def record_event(event: str, arguments: tuple[object, ...]) -> None:
        if recording and event in {"open", "sqlite3.connect", "os.listdir", "os.scandir"}:
            opened.append(str(arguments[0]))

    sys.addaudithook(record_event)  # it cannot be removed, but records nothing after this test
    read_report(coverage_runs.make_data(lines={__file__: [1], "/etc/passwd": [1]}))
    recording = False
    assert opened
    assert not {__file__, "/etc/passwd"} & set(opened)


def test_coverage_py_4s_data_is_refused_by_name() -> None:
    message = catch_error(b'!coverage.py: This is a private format, don\'t read it directly!{"lines":{}}', "it")
    assert "is coverage.py 4's data" in message
    assert "covbot reads Cobertura XML, coverage.py JSON, .coverage data and LCOV" in message
