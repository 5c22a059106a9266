"""coverage.py's own data: which lines and jumps it tells of which file, and that nothing else in it has any power."""

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
from formats.outcomes import refusal
from support.programs import coverage_runs

if TYPE_CHECKING:
    from pathlib import Path

    from covbot.core.coverage import Report

WHOLE = coverage_runs.data(arcs={"/ci/a.py": [(-1, 1), (1, 2), (2, -1)], "b.py": []})
DAMAGED = "it is coverage.py's data, but damaged or cut off; fetch it again, or run the tests again"
FOREIGN = "it is a SQLite file, but not with the tables of coverage.py 5 or later"

names = st.sampled_from(["a.py", "/ci/b.py", "C:\\x\\c.py"])
by_lines = st.dictionaries(names, st.sets(st.integers(1, 300), min_size=1), min_size=1)
by_jumps = st.dictionaries(
    names, st.sets(st.tuples(st.integers(-40, 40), st.integers(-40, 40)), min_size=1), min_size=1
)
few = settings(max_examples=15)  # each writes a database to the disk


def read(data: bytes) -> Report:
    return reading.read(io.BytesIO(data), "it")


def change(path: Path, script: str) -> bytes:
    """The whole data, after somebody else wrote into it."""
    path.write_bytes(WHOLE)
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path.read_bytes()


@few
@given(said=by_lines)
def test_lines_are_read_as_they_were_recorded(said: dict[str, set[int]]) -> None:
    report = read(coverage_runs.data(lines=said))
    assert report.executions == {name: Execution(lines=Lines.of(said[name])) for name in sorted(said)}
    assert (report.files, report.problems) == ({}, ())


@few
@given(said=by_jumps)
def test_jumps_are_read_as_they_were_recorded(said: dict[str, set[tuple[int, int]]]) -> None:
    found = read(coverage_runs.data(arcs=said)).executions
    assert {name: set(execution.list_arcs(trace)) for name, trace in found.items()} == said
    ran = {name: {line for pair in pairs for line in pair if line > 0} for name, pairs in said.items()}
    assert {name: set(trace.lines) for name, trace in found.items()} == ran


@few
@given(one=by_jumps, other=by_jumps)
def test_shards_add_up_whatever_their_order(
    one: dict[str, set[tuple[int, int]]], other: dict[str, set[tuple[int, int]]]
) -> None:
    shards = [read(coverage_runs.data(arcs=said)) for said in (one, other)]
    whole = read(coverage_runs.data(arcs={name: one.get(name, set()) | other.get(name, set()) for name in one | other}))
    assert (
        coverage.merge_reports(shards).executions
        == coverage.merge_reports(reversed(shards)).executions
        == whole.executions
    )
    assert coverage.merge_reports([*shards, whole]).executions == whole.executions


def test_a_shard_without_jumps_adds_its_lines() -> None:
    both = read(coverage_runs.data(lines={"a.py": [7]})) | read(coverage_runs.data(arcs={"a.py": [(1, 2)]}))
    assert both == read(coverage_runs.data(arcs={"a.py": [(1, 2)]})) | read(coverage_runs.data(lines={"a.py": [7]}))
    assert (list(both.executions["a.py"].lines), list(execution.list_arcs(both.executions["a.py"]))) == (
        [1, 2, 7],
        [(1, 2)],
    )


def test_it_tells_the_version_that_wrote_it_and_may_be_packed() -> None:
    report = read(gzip.compress(WHOLE))
    assert report == read(WHOLE)
    assert report.writer.startswith("coverage.py 7.")


@few
@given(end=st.integers(16, len(WHOLE) - 1))
@example(end=len(WHOLE) - 1)
@example(end=len(WHOLE) - 4096)
def test_data_cut_off_anywhere_is_refused(end: int) -> None:
    assert refusal(WHOLE[:end], "it") in {DAMAGED, FOREIGN}


@few
@given(place=st.integers(16, len(WHOLE) - 1), byte=st.integers(0, 255))
def test_a_wrong_byte_is_read_or_refused(place: int, byte: int) -> None:
    try:
        read(WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :])
    except CannotReadReport as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 -- to be refused is one of two right ends


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
def test_what_holds_other_tables_is_refused_before_anything_in_it_is_asked(tmp_path: Path, script: str) -> None:
    assert refusal(change(tmp_path / "it", script), "it") == FOREIGN


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
    assert refusal(change(tmp_path / "it", script), "it") == DAMAGED


@pytest.mark.parametrize("what", [b"CREATE TABLE meta", b"key text", b"/ci/a.py"])
def test_what_is_not_utf_8_is_refused(what: bytes) -> None:
    assert what in WHOLE
    assert refusal(WHOLE.replace(what, what[:-1] + b"\xd6"), "it") == DAMAGED


def test_more_data_than_memory_should_hold_is_refused() -> None:
    head = b"SQLite format 3\0"
    assert "is more than 12 MB of coverage.py's data" in refusal(head.ljust(2**20 * 13, b"\0"), "it")


def test_data_of_no_file_is_refused() -> None:
    assert "nothing was measured" in refusal(coverage_runs.data(lines={}) or change_to_none(), "it")


def change_to_none() -> bytes:
    """Data without any file: coverage.py itself writes none."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(WHOLE)
    connection.executescript("delete from arc; delete from file; vacuum")
    return connection.serialize()


def test_a_filename_that_no_file_can_have_is_refused() -> None:
    assert "has an empty filename among its files" in refusal(coverage_runs.data(lines={" ": [1]}), "it")


def test_one_file_spelled_in_two_ways_is_refused() -> None:
    assert "spells one file in two ways" in refusal(coverage_runs.data(lines={"a.py": [1], "./a.py": [2]}), "it")


def test_what_a_plugin_measured_is_left_out_and_named() -> None:
    report = read(coverage_runs.data(lines={"a.py": [1], "page.html": [1]}, tracers={"page.html": "django"}))
    assert list(report.executions) == ["a.py"]
    assert [problem.what.partition(",")[0] for problem in report.problems] == [
        '"page.html" was measured by a plugin of coverage.py'
    ]


def test_no_path_that_it_names_is_opened() -> None:
    opened: list[str] = []
    listening = True

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if listening and event in {"open", "sqlite3.connect", "os.listdir", "os.scandir"}:
            opened.append(str(arguments[0]))

    sys.addaudithook(hear)  # it stays, and hears nothing more, once this test is over
    read(coverage_runs.data(lines={__file__: [1], "/etc/passwd": [1]}))
    listening = False
    assert opened
    assert not {__file__, "/etc/passwd"} & set(opened)


def test_coverage_py_4s_data_is_refused_by_name() -> None:
    said = refusal(b'!coverage.py: This is a private format, don\'t read it directly!{"lines":{}}', "it")
    assert "is coverage.py 4's data" in said
    assert "covbot reads Cobertura XML, coverage.py JSON, .coverage data and LCOV" in said
