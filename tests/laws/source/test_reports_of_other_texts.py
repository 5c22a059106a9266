"""Law 4, and what does not fit the source is not believed: files of another text, contradictions, files not in git."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.pipeline import queries
from support import pictures, two_builds
from support.programs import sample_programs
from support.refactorings import few_examples, make_program_world
from support.world import split_page

if TYPE_CHECKING:
    from support.programs.sample_programs import Program
    from support.refactorings import NewWorld
    from support.world import World

TWO = """\
-|
.|def one(x):
.|    if x:
x|        a = 1
x|        b = 2
x|        return a + b
.|    return 0
-|
.|def two(x):
.|    if x:
x|        d = 4
x|        e = 5
x|        return d * e
.|    return 0
"""
FURTHER = ".|import os\n.|def other(path):\n.|    found = os.listdir(path)\n.|    return found\n"


def _measure_other_text(world: World, number: int, pages: dict[str, str], measured: dict[str, str]) -> None:
    """Add a build of the commit of these pages, whose report is of other texts."""
    world.commit_build(number, pages)
    build, _ = world.source.stored[number]
    pictured = {path: split_page(page)[1] for path, page in measured.items()}
    world.source.stored[number] = build, pictures.make_xml(pictured)


def _file_bugs(world: World, pages: dict[str, str]) -> None:
    for number in (1, 2):
        world.commit_build(number, pages)
    world.run()
    world.advance_clock(days=10)


@pytest.mark.parametrize(
    "measured",
    [
        pytest.param("-|# one\n" * 7 + TWO, id="a merge put 7 lines on top"),
        pytest.param(TWO.replace(".|def two", ".|X = 1\n.|Y = 2\n.|Z = 3\n.|def two"), id="lines in the middle"),
        pytest.param(TWO[TWO.index(".|def two") :], id="a function is gone"),
        pytest.param(TWO.replace("x|", ".|") + ".|print(1)\n" * 4, id="it goes on beyond the end"),
    ],
)
def test_a_build_that_measured_another_text_than_its_revisions_is_suspect(world: World, measured: str) -> None:
    _file_bugs(world, {"m.py": TWO})
    before = world.bugs_without_times()
    for number in (3, 4):
        _measure_other_text(world, number, {"m.py": TWO}, {"m.py": measured})
        result = world.run()
        [ingested] = result.builds
        assert not ingested.verdict.trusted
        assert "it measured another text than that of its revision" in ingested.verdict.reasons[0]
        assert "m.py" in ingested.verdict.reasons[0]
        assert world.bugs_without_times() == before


def test_one_file_of_another_text_among_many_is_unmeasured_and_the_others_count(world: World) -> None:
    others = {f"n{number}.py": FURTHER for number in range(30)}
    _file_bugs(world, {"m.py": TWO, **others})
    before = world.bugs_without_times()
    fixed = {path: page.replace(".|    return", "x|    return") for path, page in others.items() if path == "n1.py"}
    for number in (3, 4):
        pages = {"m.py": TWO, **others, **fixed}
        _measure_other_text(world, number, pages, {**pages, "m.py": "-|# one\n" * 3 + TWO.replace("x|", ".|")})
        result = world.run()
        assert [ingested.verdict.trusted for ingested in result.builds] == [True]
        assert "1 file measured from another text than the revision's, so not counted: m.py" in " ".join(
            result.builds[0].notes
        )
    assert world.bugs_without_times()[: len(before)] == before
    assert two_builds.describe_bugs(world)[-1] == "New n1.py 4"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        pytest.param(
            "vec.pyx",
            "-|# cython: linetrace=True\n-|cdef class Vec:\nx|    def __init__(self, double x):\n.|        self.x = x\n"
            "-|\nx|cdef inline int twice(int v) nogil:\n.|    return v * 2\n",
            id="cython",
        ),
        pytest.param("m.py", ".|import os\nx|@decorated\nx|def f(a):\n.|    return a\n", id="decorated"),
        pytest.param("m.py", "x|class A:\nx|    def m(self):\n.|        return 1\n", id="class"),
        pytest.param("m.py", "x|x = 1\nx|async def f(a):\n.|    return a\n", id="what comes before it"),
    ],
)
def test_a_definition_whose_body_ran_is_no_missing_test(world: World, path: str, page: str) -> None:
    for number in (1, 2):
        world.commit_build(number, {path: page, "n.py": FURTHER})
    result = world.run()
    assert world.bugs() == []
    assert "missing although what they define ran, so not counted" in " ".join(result.builds[0].notes)


@pytest.mark.parametrize("path", ["pk/wire_pb2.py", "/builds/ci/pk/core.py", "build/version.py"])
def test_a_file_that_is_not_in_the_repository_is_never_filed(world: World, path: str) -> None:
    core = TWO[: TWO.index("-|\n.|def two")]
    for number in (1, 2):
        _measure_other_text(
            world, number, {"src/core.py": core, "a.py": FURTHER}, {"src/core.py": core, path: TWO, "a.py": FURTHER}
        )
    result = world.run()
    assert two_builds.describe_bugs(world) == ["New src/core.py 4-6"]
    assert f"1 file not in the repository, so never filed: {path}" in " ".join(result.builds[0].notes)
    assert any("its file is not in the repository" in skipped.why for skipped in result.plan.skipped)
    assert queries.find_story(world.project(), path).caveat == "it is not in the repository: never filed"


READ = """\
.|def read(x):
.|    try:
.|        x()
.|    except ValueError, KeyError:
x|        x = 0
.|    return x
"""


@pytest.mark.parametrize(
    "newer",
    [
        pytest.param(".|type Number = int | float\n", id="type statement"),
        pytest.param(".|def first[X](x: X) -> X:\n.|    return x\n", id="generic function"),
        pytest.param('.|def show(x):\n.|    return t"<b>{x}</b>"\n', id="template string"),
        pytest.param(READ.replace("x|", ".|"), id="exceptions without parentheses"),
        pytest.param('.|x = 1\n.|y = f"{"a" + f"{x}"}"\n', id="nested quotes"),
    ],
)
def test_source_of_a_newer_python_than_covbots_is_understood(world: World, newer: str) -> None:
    body = ".|class K:\n.|    def meth(self, v):\n.|        if v is None:\nx|            w = 1\nx|            u = 2\n"
    for number in (1, 2):
        world.commit_build(number, {"m.py": newer + body + "x|            return w + u\n.|        return v\n"})
    world.run()
    [bug] = world.bugs()
    assert bug.title == "m.py: a branch of K.meth has no test"
    assert '"if v is None"' in bug.description


def test_a_file_that_no_python_can_parse_is_named_and_nothing_of_it_is_filed(world: World) -> None:
    broken = ".|print 'old'\n.|def f(a):\n.|    if a:\nx|        b = 1\nx|        c = 2\nx|        return b + c\n"
    for number in (1, 2):
        world.commit_build(number, {"m.py": broken, "n.py": FURTHER})
    result = world.run()
    assert world.bugs() == []
    assert "m.py cannot be parsed as any Python from 3.6 to 3.14 (line 1: " in " ".join(result.builds[0].notes)
    assert "cannot be parsed" in queries.find_story(world.project(), "m.py").caveat
    assert all("m.py" not in skipped.why or "cannot" in skipped.why for skipped in result.plan.skipped)


@few_examples
@given(program=sample_programs.programs, by=st.integers(1, 9), covered=st.booleans())
def test_law_4_a_report_whose_lines_are_shifted_writes_nothing(
    new_world: NewWorld, program: Program, by: int, covered: bool
) -> None:
    world = make_program_world(new_world, program)
    before, ledger = world.bugs_without_times(), world.ledger()
    shifted = {path: "-|#\n" * by + page for path, page in program.pages.items()}
    tested = {path: page.replace("x|", ".|") for path, page in shifted.items()} if covered else shifted
    for number in (3, 4):
        world.advance_clock(days=30)
        _measure_other_text(world, number, dict(program.pages), tested)
        for ingested in world.run().builds:
            assert not ingested.verdict.trusted
    assert world.bugs_without_times() == before
    assert world.ledger() == ledger
