"""The key of a task never changes once it is in a footer, its module is named by its path, its kind by its size."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from covbot.core.lines import Lines
from covbot.core.policy import Policy
from covbot.core.tasks.task import Entry, Task, TaskKind, choose_kind, group_entries, make_key, name_module

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=20)


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("nova/api/common.py", "nova.api.common"),
        ("nova/api/__init__.py", "nova.api"),
        ("setup.py", "setup"),
        ("__init__.py", "__init__"),
        ("nova\\api\\common.py", "nova.api.common"),
        ("./nova//common.py", "nova.common"),
        ("../nova/common.py", "nova.common"),
        ("/nova/common.py", "nova.common"),
        ("nova/common", "nova.common"),
        ("nova/a.b.py", "nova.a.b"),
        ("", ""),
    ],
)
def test_a_module_is_named_by_its_path(path: str, module: str) -> None:
    assert name_module(path) == module
    assert Task(key="0", path=path, regions=("",), lines=Lines()).module == module


def test_a_key_is_the_same_in_every_version_since_footers_hold_it() -> None:
    assert make_key("nova", "nova/utils.py", "f") == "249079d2"
    assert make_key("nova", "nova/utils.py", "f", taken={"249079d2"}) == "4d36ac9f"
    assert make_key("nova", "nova/utils.py", "f", taken={"249079d2", "4d36ac9f"}) == "1a4e19fd"


@given(ANYTHING, ANYTHING, ANYTHING)
@example("", "", "")
@example("\ud800", "\0", "\U0010ffff")
def test_a_key_of_any_name_is_eight_hexadecimal_digits_as_a_footer_has_them(
    project: str, path: str, region: str
) -> None:
    assert re.fullmatch(r"[0-9a-f]{8}", make_key(project, path, region))


@pytest.mark.parametrize(
    "other", [("glance", "a.py", "f"), ("nova", "b.py", "f"), ("nova", "a.py", "g"), ("nova", "a.pyf", "")]
)
def test_another_project_path_or_region_has_another_key(other: tuple[str, str, str]) -> None:
    assert make_key(*other) != make_key("nova", "a.py", "f")


@given(st.integers(0, 20))
def test_a_new_key_is_none_of_those_that_are_taken(count: int) -> None:
    taken: list[str] = []
    for _ in range(count):
        taken.append(make_key("nova", "a.py", "f", taken=taken))
    assert len(set(taken)) == count


@pytest.mark.parametrize(
    ("size", "regions", "kind"),
    [
        (30, ("",), TaskKind.MODULE),
        (31, ("",), TaskKind.LARGER),
        (31, ("f",), TaskKind.LARGER),
        (3, ("f",), TaskKind.FUNCTION),
        (2, ("f",), TaskKind.SMALL),
        (30, ("f", "g"), TaskKind.SMALL),
        (30, ("f", ""), TaskKind.SMALL),
        (1, ("",), TaskKind.MODULE),
        (0, ("",), TaskKind.MODULE),
    ],
)
def test_the_kind_of_a_task_follows_from_its_size_and_its_regions(
    size: int, regions: tuple[str, ...], kind: TaskKind
) -> None:
    assert choose_kind(Lines.of(range(1, size + 1)), Policy(), regions) is kind


def test_without_regions_a_task_is_one_of_a_module() -> None:
    assert choose_kind(Lines.of([1]), Policy()) is TaskKind.MODULE


def test_entries_are_grouped_by_path_in_the_order_of_their_keys() -> None:
    def make_entry(key: str, path: str) -> Entry:
        return Entry(task=Task(key=key, path=path, regions=("",), lines=Lines()))

    entries = [make_entry("c", "a.py"), make_entry("b", "z.py"), make_entry("a", "a.py")]
    found = {path: [entry.task.key for entry in group] for path, group in group_entries(entries).items()}
    assert found == {"a.py": ["a", "c"], "z.py": ["b"]}
