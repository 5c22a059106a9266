"""A whole bug text from a small source: every sentence of it can be checked against the texts below."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from covbot.core.advice.analysis import analyze_task
from covbot.core.advice.suites import SuiteIndex
from covbot.core.bugs.footers import Footer
from covbot.core.builds.build import Build
from covbot.core.comparison.view import BuildView
from covbot.core.coverage import FileCoverage, Report
from covbot.core.lines import Lines
from covbot.core.project import ProjectInfo
from covbot.core.tasks.task import Entry, Task
from covbot.texts import sanitize
from covbot.texts.writer import TaskTexts, Writer
from doubles.launchpad.content import pages

GOLDEN = Path(__file__).parents[1] / "data" / "texts" / "golden.txt"
PATH = "bakery/ovens/heat.py"
TEST_PATH = "bakery/tests/unit/ovens/test_heat_filters.py"
SOURCE = '''\
"""Which oven bakes what."""

_SCOPE = "oven"


class HeatFilter:
    """Passes ovens that are hot enough."""

    def passes(self, oven, order):
        for key in order:
            scope = key.split(":", 1)
            if len(scope) > 1:
                if scope[0] != _SCOPE:
                    continue
                else:
                    del scope[0]
            found = oven.get(scope[0])
            if not found:
                print(
                    "there is no such thing in the oven:",
                    scope[0])
                return False
        return True

    def close(self):
        pass
'''
TESTS = """\
from bakery.ovens import heat


class TestHeatFilter:
    def setUp(self):
        self.filter = heat.HeatFilter()

    def test_many_orders_pass(self):
        for oven in ({"a": 1}, {"a": 2}):
            assert self.filter.passes(oven, ["oven:a"])
            assert self.filter.passes(oven, ["a"])

    def test_no_order_passes(self):
        assert self.filter.passes({}, [])
"""
STATEMENTS = Lines.of([3, 6, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 22, 23, 25, 26])
MISSING = Lines.of([14, 19, 22, 26])
PROJECT = ProjectInfo(
    title="Bakery",
    job="bakery-coverage",
    browse="https://example.org/bakery/src/{revision}/{path}#L{line}",
    prefix="bakery",
    tests=("bakery/tests/unit/{dir}/test_{name}.py",),
    run=("tox -e py3 -- {test_class}",),
    test_kinds=("unit", "functional"),
    closes="Closes-Bug: #{bug}",
    partly_closes="Partial-Bug: #{bug}",
    see=("coverage run -m unittest {test_path}", "coverage report -m --include={path}", "covbot verify {key}"),
    contact="the bakers: write to them to stop it",
)
BUILD = Build(
    job="bakery-coverage", number=7, started_at=datetime(2026, 8, 21, tzinfo=UTC), revision="00a030403f672b975364" * 2
)
FOOTER = Footer(project="bakery", key="3f9a1c20", generation=1)


def _describe_task(
    lines: Lines, regions: tuple[str, ...], texts: dict[str, str], missing: Lines = MISSING
) -> TaskTexts:
    report = Report(files={PATH: FileCoverage(statements=STATEMENTS, missing=missing)})
    view = BuildView(report=report, paths=frozenset(texts), source=texts.get)
    task = Task(key=FOOTER.key, path=PATH, regions=regions, lines=lines)
    analysis = analyze_task(task, view, SuiteIndex(paths=frozenset(texts), source=texts.get), PROJECT)
    return Writer().describe(Entry(task=task), PROJECT, (BUILD,), FOOTER, analysis=analysis)


BOTH = {PATH: SOURCE, TEST_PATH: TESTS}
PASSES = ("HeatFilter.passes",)


def test_a_bug_of_two_branches_reads_like_the_golden_one() -> None:
    words = _describe_task(Lines.of([14, 19, 22]), PASSES, BOTH)
    assert words.title == "ovens/heat.py: two branches of HeatFilter.passes have no test"
    shown = words.description.replace("\N{NO-BREAK SPACE}", " ")
    assert shown == GOLDEN.read_text(encoding="utf-8").rstrip("\n")


def test_on_a_page_of_launchpad_the_source_of_a_bug_keeps_its_indentation_and_no_word_of_it_is_a_link() -> None:
    words = _describe_task(Lines.of([14, 19, 22]), PASSES, BOTH)
    shown = pages.read_page(pages.render_text(words.description)).splitlines()
    rows = [row for row in words.description.splitlines() if "\N{NO-BREAK SPACE}" in row]
    assert len(rows) > 5
    for row in rows:
        assert row.replace("\N{NO-BREAK SPACE}", " ") in shown


@pytest.mark.parametrize("bait", ["bug12", "bug 12", "bug-12", "bug no. 12", "mailto:ada@example.org"])
def test_no_word_of_a_source_becomes_a_link_on_a_page(bait: str) -> None:
    assert "<a " in pages.render_text(bait)
    assert "<a " not in pages.render_text(sanitize.clean_name(bait))


def test_what_a_page_does_to_blanks_is_what_no_break_spaces_are_for() -> None:
    assert pages.read_page(pages.render_text("    > 57      x = 1")) == "    > 57 x = 1"
    kept = sanitize.keep_blanks("> 57  ", "    x = 1  # one")
    assert pages.read_page(pages.render_text(f"    {kept}")) == "    > 57      x = 1  # one"


def test_a_function_that_never_runs_is_described_as_having_no_test() -> None:
    words = _describe_task(Lines.of([26]), ("HeatFilter.close",), BOTH)
    assert words.title == "ovens/heat.py: no test runs HeatFilter.close"
    assert '    line 26  "close" (line 25) is never called\n' in words.description


def test_a_function_that_a_test_calls_though_the_job_never_ran_it_is_described_as_having_none_in_that_job() -> None:
    calling = TESTS + "\n    def test_close(self):\n        self.filter.close()\n"
    words = _describe_task(Lines.of([26]), ("HeatFilter.close",), {**BOTH, TEST_PATH: calling})
    assert words.title == "ovens/heat.py: no test of bakery-coverage runs HeatFilter.close"


def test_several_functions_are_described_separately() -> None:
    description = _describe_task(MISSING, ("HeatFilter.close", *PASSES), BOTH).description
    assert '  in HeatFilter.passes:\n    line 14       "if scope[0]' in description
    assert "asserts what the code does" in " ".join(description.split())


def test_without_a_test_file_the_commands_are_those_of_the_one_to_be_made() -> None:
    description = _describe_task(Lines.of([14]), PASSES, {PATH: SOURCE}).description
    assert "no such file is there yet" in " ".join(description.split())
    assert "bakery/tests/unit/ovens/test_heat.py" in description
    assert "Run it:\n    tox -e py3 -- bakery.tests.unit.ovens.test_heat\n" in description
    assert "already calls" not in description


def test_without_knowing_the_test_files_no_command_is_given() -> None:
    words = Writer().describe(
        Entry(task=Task(key=FOOTER.key, path=PATH, regions=PASSES, lines=Lines.of([14]))), PROJECT, (BUILD,), FOOTER
    )
    assert "bakery/tests/unit/ovens/test_heat.py" in words.description
    assert "Run it" not in words.description


def test_a_test_file_found_by_its_name_alone_is_described_as_such() -> None:
    path = "bakery/tests/unit/ovens/test_heat.py"
    description = " ".join(
        _describe_task(Lines.of([14]), PASSES, {PATH: SOURCE, path: "import os\n"}).description.split()
    )
    assert f"Where a test fits: {path} (found by its name: it does not import the module itself)." in description


def test_no_condition_is_described_where_the_report_measured_another_text() -> None:
    description = _describe_task(Lines.of([14]), PASSES, {**BOTH, PATH: f"\n\n\n{SOURCE}"}).description
    assert "never true" not in description
    assert "\n  line 14\n" in description


@pytest.mark.parametrize("text", ["{{ 1 }}", "covbot: bakery/00000000/1", "bug 1", "x" * 10**6, "\x1b[31m\u202e"])
def test_a_hostile_source_stays_text_within_limits(text: str) -> None:
    hostile = SOURCE.replace("there is no such thing", text).replace(
        "                    continue", f"                    continue  # {text}"
    )
    tests = TESTS.replace("test_no_order_passes", "test_no_order_passes").replace('["a"]', repr(text))
    words = _describe_task(Lines.of([14, 19, 22]), PASSES, {PATH: hostile, TEST_PATH: tests})
    assert len(words.description) < 5000
    assert all(row.replace("\N{NO-BREAK SPACE}", " ").isprintable() for row in words.description.split("\n"))
    assert words.description.count("covbot: bakery/") == 1
    assert "bug 1" not in words.description
    assert words.title == "ovens/heat.py: two branches of HeatFilter.passes have no test"
