"""The commands in a text name the test class where a test fits, or else its module, and nothing that is not plain."""

from __future__ import annotations

import pytest

from covbot.core.advice.placement import Placement, Relation, SimilarTest
from covbot.texts import phrases

COMMANDS = ("run {test_class}", "see {test_module} {path} {key}")
SIMILAR = SimilarTest(test="test_f", within="TestB", relation=Relation.CALLS, name="f")


def _place(*classes: str, similar: SimilarTest | None = None) -> Placement:
    return Placement(path="tests/test_m.py", classes=classes, imports=True, similar=similar)


@pytest.mark.parametrize(
    ("placement", "name"),
    [
        (_place("TestA"), "TestA"),
        (_place("TestA", "TestB"), ""),
        (_place("TestA", "TestB", similar=SIMILAR), "TestB"),
        (_place(), ""),
    ],
    ids=["one class", "several", "the class of the nearest test", "none"],
)
def test_a_class_is_named_where_one_alone_fits(placement: Placement, name: str) -> None:
    assert phrases.choose_class(placement) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("TestA", "run tests.test_m.TestA"),
        ("", "run tests.test_m"),
        ("A; rm -rf x", "run tests.test_m"),
        ("Ünicode", "run tests.test_m"),
    ],
)
def test_a_command_names_the_class_if_it_is_plain(name: str, shown: str) -> None:
    filled = phrases.fill_commands(COMMANDS, "tests/test_m.py", class_name=name, path="pkg/m.py", key="0a")
    assert filled == (shown, "see tests.test_m pkg/m.py 0a")


def test_no_command_names_a_path_that_is_not_plain() -> None:
    assert phrases.fill_commands(COMMANDS, "tests/test m.py", class_name="", path="pkg/m.py", key="0a") == ()
