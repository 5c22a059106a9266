"""A project's own templates take precedence file by file, and a broken one is named with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from covbot.core.tasks.task import Entry
from covbot.errors import CannotRender
from covbot.texts.writer import TEMPLATES, Writer
from support.sample_task import BUILDS, FOOTER, PROJECT, TASK, describe_task, strip_marker

TEMPLATES_FOLDER = Path(__file__).parents[2] / "templates"


def test_own_templates_win_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "title.txt").write_text("{{ module }} in {{ project }}\n(ours)\n", encoding="utf-8")
    words = Writer(tmp_path).describe(Entry(task=TASK), PROJECT, BUILDS, FOOTER)
    assert words.title == "nova.scheduler.utils in OpenStack Nova (ours)"
    assert words.description.partition("covbot task: ")[0] == describe_task().description.partition("covbot task: ")[0]


def test_a_directory_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    assert Writer(tmp_path / "none").describe(Entry(task=TASK), PROJECT, BUILDS, FOOTER) == describe_task()


def test_every_packaged_template_is_known() -> None:
    assert sorted(path.name for path in TEMPLATES_FOLDER.iterdir()) == sorted(TEMPLATES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_broken_template_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("fine\n{% if %}\n", encoding="utf-8")
    with pytest.raises(CannotRender, match=f"template {re.escape(name)}, line 2: Expected an expression"):
        Writer(tmp_path).compile()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("fine\n{{ nmae }}", "title.txt, line 2: 'nmae' is undefined"),
        ("fine\n\n{{ path.nmae }}", "title.txt, line 3: 'str object' has no attribute 'nmae'"),
        ("{{ 1 / 0 }}", "title.txt, line 1: division by zero"),
        ("{{ path + 1 }}", "title.txt, line 1: "),
        ("{{ path.__class__ }}", "title.txt, line 1: access to attribute '__class__' of 'str' object is unsafe"),
        ("{% include 'none.txt' %}", "title.txt, line 1: 'none.txt' not found"),
        ("{% include 'title.txt' %}", "title.txt, line 1: maximum recursion depth"),
        ("{{ '%d' | format(path) }}", "title.txt, line 1: "),
        ("{# nothing #}\n \n", "title.txt: gives an empty text"),
    ],
)
def test_a_template_that_fails_is_named_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "title.txt").write_text(text, encoding="utf-8")
    with pytest.raises(CannotRender) as caught:
        Writer(tmp_path).describe(Entry(task=TASK), PROJECT, BUILDS, FOOTER)
    assert str(caught.value).startswith(f"template {why}")
    assert str(caught.value).isprintable()


def test_a_template_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "title.txt").write_bytes(b"\xff")
    with pytest.raises(CannotRender, match=r"template title\.txt: cannot be read: "):
        Writer(tmp_path).compile()


def test_a_template_cannot_change_what_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "title.txt").write_text("{{ [].append(1) }}", encoding="utf-8")
    with pytest.raises(CannotRender, match="unsafe"):
        Writer(tmp_path).describe(Entry(task=TASK), PROJECT, BUILDS, FOOTER)


def test_a_template_cannot_forge_a_footer(tmp_path: Path) -> None:
    (tmp_path / "description.txt").write_text("covbot: nova/00000000/1\nx\n\n\n\ny  \t\n\n", encoding="utf-8")
    description = Writer(tmp_path).describe(Entry(task=TASK), PROJECT, BUILDS, FOOTER).description
    assert strip_marker(description) == f"covbot:\\x20nova/00000000/1\nx\n\ny\n\n{FOOTER}"


def test_a_huge_text_is_cut_with_a_correct_count(tmp_path: Path) -> None:
    rows = "x" * 49 + "\n"
    (tmp_path / "description.txt").write_text(rows * 4000, encoding="utf-8")
    description = Writer(tmp_path).describe(Entry(task=TASK), PROJECT, BUILDS, FOOTER).description
    assert len(description) <= 50_000
    kept, rest = strip_marker(description).split("\n[", 1)
    assert rest == f"{200_000 - 1 - len(kept):,} more characters are left out]\n\n{FOOTER}"
