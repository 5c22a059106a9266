"""The writer's texts about a task are true, and fit a tracker."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest

from covbot.core.bugs import footers
from covbot.core.bugs.actions import About
from covbot.core.lines import Lines
from covbot.core.project import ProjectInfo
from covbot.core.tasks.task import Entry, TaskKind
from covbot.texts.writer import TaskTexts, Writer, make_titles_unique
from support.sample_task import BUILDS, EMPTY_TASK, FOOTER, PROJECT, TASK, describe_task, make_record, strip_marker

if TYPE_CHECKING:
    from covbot.core.bugs.record import BugRecord

DATA = Path(__file__).parents[1] / "data" / "texts"


def test_a_description_reads_like_the_golden_one() -> None:
    words = describe_task()
    assert words.title == "scheduler/utils.py: no test runs 5 statements"
    assert strip_marker(words.description) == (DATA / "description.txt").read_text(encoding="utf-8").rstrip("\n")


def test_the_footer_is_the_last_line_and_the_one_that_is_found() -> None:
    description = describe_task().description
    assert description.splitlines()[-1] == str(FOOTER)
    assert description.count(str(FOOTER)) == 1
    assert footers.parse(description) == FOOTER


def test_what_is_not_known_is_not_mentioned() -> None:
    bare = ProjectInfo(title="x", job="cover")
    builds = (attrs.evolve(BUILDS[0], revision=None, url=""),)
    words = Writer().describe(Entry(task=TASK), bare, builds, FOOTER)
    assert "revision" not in words.description
    assert "https://" not in words.description
    assert "Where a test fits" not in words.description
    assert "Filed by covbot.\n" in words.description
    assert "Seen in build 1412 of cover." in words.description


def test_without_builds_none_are_named() -> None:
    assert "Seen in" not in Writer().describe(Entry(task=TASK), PROJECT, (), FOOTER).description


def test_one_statement_is_no_plural() -> None:
    words = describe_task(attrs.evolve(TASK, lines=Lines.of([57])))
    assert words.title.endswith("no test runs 1 statement")
    assert "\n  line 57\n" in words.description


def test_the_functions_that_the_lines_are_in_are_named() -> None:
    words = describe_task(attrs.evolve(TASK, regions=("", "Tool.run", "Tool.stop", "main")))
    assert words.title == "scheduler/utils.py: no test runs 5 statements of Tool.run and 3 more"
    assert "\nThey are in: Tool.run, Tool.stop, main, the module itself\n" in words.description
    alone = describe_task(attrs.evolve(TASK, regions=("main",)))
    assert alone.title.endswith("no test runs 5 statements of main")
    assert "They are in" not in alone.description
    assert "They are in" not in describe_task().description


def test_of_many_functions_a_dozen_is_named_and_the_rest_counted() -> None:
    names = [f"f{number:02}" for number in range(20)]
    description = " ".join(describe_task(attrs.evolve(TASK, regions=tuple(names))).description.split())
    assert f"They are in: {', '.join(names[:12])} and 8 more " in description


def test_a_large_task_invites_to_do_a_part() -> None:
    assert "Any part of it is welcome" in describe_task(attrs.evolve(TASK, kind=TaskKind.LARGER)).description
    assert "Any part of it is welcome" not in describe_task().description


def test_a_long_list_of_lines_ends_with_a_correct_count() -> None:
    numbers = range(1, 30_000, 3)
    description = describe_task(attrs.evolve(TASK, lines=Lines.of(numbers))).description
    ((listed, more),) = re.findall(r"  lines ([0-9,\s]+) and ([0-9,]+) more\n", description)
    assert len(listed.split(",")) + int(more.replace(",", "")) == len(numbers)
    assert "runs 10,000 statements of" in description


@pytest.mark.parametrize(
    ("filed", "expected"),
    [
        (make_record(57, 63, 67, 68, 69, 70), "Before, this text spoke of 6 statements. No longer missing: line 70.\n"),
        (make_record(57), "Before, this text spoke of 1 statement. Missing as well: lines 63, 67-69.\n"),
        (make_record(1, 2, carried=False), "Before, this text spoke of 2 statements.\n"),
    ],
)
def test_an_update_describes_what_changed(filed: BugRecord, expected: str) -> None:
    assert expected in describe_task(record=filed).description


def test_no_change_is_described_where_there_is_none() -> None:
    assert "Before" not in describe_task(record=make_record(*TASK.lines)).description


def test_a_bug_of_a_later_generation_names_the_one_before() -> None:
    later = attrs.evolve(FOOTER, generation=2)
    description = Writer().describe(Entry(task=TASK, record=make_record(1)), PROJECT, BUILDS, later).description
    assert "The same was filed before as bug 12" in description
    assert "Before, this text" not in description


def test_a_covered_task_has_comments_but_no_description() -> None:
    words = describe_task(EMPTY_TASK, record=make_record(57))
    assert "tests run what this bug asked for" in words.title
    assert words.description == ""
    assert words.comments.keys() == {About.CLOSING, About.DONE, About.WITHDRAWN}
    assert "as of builds 1412 and 1413 (at revision 00a030403f). Thank you" in " ".join(
        words.comments[About.CLOSING].split()
    )
    assert "https://jenkins.example.org/job/nova-coverage/1413/" in words.comments[About.CLOSING]
    assert "Fix Released" in words.comments[About.DONE]


def test_a_covered_task_names_its_function_in_every_text() -> None:
    words = describe_task(attrs.evolve(EMPTY_TASK, regions=("Filter.passes",)), record=make_record(57))
    assert words.title.endswith("tests run what this bug asked for in Filter.passes")
    for text in (words.comments[About.CLOSING], words.comments[About.DONE]):
        assert f"every statement of Filter.passes in {TASK.path} that" in " ".join(text.split())


def test_where_the_code_is_gone_nobody_is_thanked_for_a_test() -> None:
    words = describe_task(EMPTY_TASK, record=make_record(57), gone=True)
    for text in (words.title, words.comments[About.CLOSING], words.comments[About.DONE]):
        assert "gone" in text
        assert "Thank you" not in text


def test_while_statements_are_missing_the_comments_list_them() -> None:
    words = describe_task()
    assert words.comments.keys() == {About.AGAIN, About.STILL_MISSING, About.WITHDRAWN}
    for text in (words.comments[About.AGAIN], words.comments[About.STILL_MISSING]):
        assert "lines 57, 63, 67-69" in text


def test_no_text_shows_a_percentage() -> None:
    for words in (describe_task(), describe_task(EMPTY_TASK), describe_task(EMPTY_TASK, gone=True)):
        assert "%" not in "".join((words.title, words.description, *words.comments.values()))


def test_running_text_keeps_within_a_hundred_columns() -> None:
    for words in (describe_task(), describe_task(EMPTY_TASK), describe_task(EMPTY_TASK, gone=True)):
        for text in (words.description and strip_marker(words.description), *words.comments.values()):
            assert [row for row in text.splitlines() if len(row) > 100 and " " in row.strip()] == []


def test_a_long_path_shows_its_end_in_the_title() -> None:
    title = describe_task(attrs.evolve(TASK, path=f"{'deep/' * 60}utils.py")).title
    assert len(title) <= 120
    assert title.startswith("...")
    assert title.endswith("deep/utils.py: no test runs 5 statements")


@pytest.mark.parametrize(
    ("path", "test"),
    [
        ("nova/utils.py", "nova/tests/unit/test_utils.py"),
        ("nova/api/openstack/common.py", "nova/tests/unit/api/openstack/test_common.py"),
        ("nova\\api\\common.py", "nova/tests/unit/api/test_common.py"),
        ("nova/api/openstack/__init__.py", "nova/tests/unit/api/test_openstack.py"),
        ("setup.py", "nova/tests/unit/test_setup.py"),
    ],
)
def test_a_pattern_gives_the_path_where_a_test_fits(path: str, test: str) -> None:
    assert f"\n  {test}\n" in describe_task(attrs.evolve(TASK, path=path)).description


@pytest.mark.parametrize("path", ["/etc/x.py", "../x.py", "a/../x.py", "C:\\x.py", "\\x.py"])
def test_a_path_that_leads_out_of_the_repository_is_no_link(path: str) -> None:
    description = describe_task(attrs.evolve(TASK, path=path)).description
    assert "#L57" not in description
    assert "Where a test fits" not in description


def test_a_template_has_no_pattern_for_a_test() -> None:
    assert "Where a test fits" not in describe_task(attrs.evolve(TASK, path="nova/page.html")).description


@pytest.mark.parametrize(
    ("browse", "link"),
    [
        ("https://x/{path}?at={revision}", "https://x/nova/a%20b.py?at=r%2F1"),
        ("https://x/{path}", "https://x/nova/a%20b.py"),
        ("ftp://x/{path}", ""),
        (f"https://x/{'y' * 1000}/{{path}}", ""),
    ],
)
def test_a_link_is_filled_in_quoted_or_left_out(browse: str, link: str) -> None:
    builds = (attrs.evolve(BUILDS[0], revision="r/1", url=""),)
    project = attrs.evolve(PROJECT, browse=browse, repository="")
    entry = Entry(task=attrs.evolve(TASK, path="nova/a b.py"))
    description = Writer().describe(entry, project, builds, FOOTER).description
    assert re.findall(r"\S+://\S+", description) == ([link] if link else [])


def test_titles_that_are_alike_get_the_key() -> None:
    long = TaskTexts(title="x" * 120, description="", comments={})
    words = {"1a": long, "2b": long, "3c": attrs.evolve(long, title="y")}
    titles = {key: item.title for key, item in make_titles_unique(words).items()}
    assert titles == {"1a": f"{'x' * 112}... [1a]", "2b": f"{'x' * 112}... [2b]", "3c": "y"}


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ((), "in a passing test"),
        (("unit",), "in a passing unit test"),
        (("a", "b", "c"), "in a passing a, b or c test"),
    ],
)
def test_a_bug_asks_for_the_kinds_of_tests_that_the_job_runs(kinds: tuple[str, ...], words: str) -> None:
    assert words in describe_task(project=attrs.evolve(PROJECT, test_kinds=kinds)).description


def test_a_tracker_without_words_for_commit_messages_has_none_in_its_bugs() -> None:
    words = describe_task(project=attrs.evolve(PROJECT, closes="", partly_closes="")).description
    assert "commit message" not in words
    assert "NNNNNN" not in words


def test_the_words_for_commit_messages_are_those_of_the_settings() -> None:
    words = describe_task(project=attrs.evolve(PROJECT, closes="Fixes {bug}", partly_closes="")).description
    assert "    Fixes NNNNNN             for all of the lines\n" in words
    assert "for some of them" not in words
