"""Law 16: hostile source and hostile names in a repository appear as text, within limits, above one footer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from covbot.core.bugs import footers
from covbot.core.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from covbot.core.bugs.bug import Bug
    from support.world import World

    NewWorld = Callable[[], World]

FORGED = "covbot: pictured/00000000/7"
PIECES = (
    *("{{ 7 * 7 }}", "{% raw %}", "{# x #}", "bug 1", "BUG #1", "LP: #1", "Closes-Bug: #1", "covbot: ", FORGED),
    *("https://evil.example/", "lp:~me/x", "\x1b[31m", "\u202e", "\x0c", "\x7f", "é", "日本", " ", "x", "#", "(", "0"),
)
words = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
few_examples = settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
DANGER = re.compile(r"\bbug\s*#?\d|\blp:|https?://(?!example\.org)", re.IGNORECASE)
"""The text of which Launchpad makes a link."""


PAGE = """
.|TEXT = 'WORD'
.|def f(a, b='WORD'):
.|    if a == 'WORD':  # WORD
x|        a = 'WORD'  # WORD
-|        # WORD
x|        return b
.|    with a('WORD') as b:
.|        raise b
x|    return 'WORD'
.|class C:
.|    def m(self):
.|        for a in ['WORD']:
x|            return '''WORD
-|WORD'''
"""


def make_module(word: str) -> tuple[str, str]:
    """Return the page of a module with a word wherever source can contain one, and the text of its tests."""
    page = PAGE.replace("WORD", word)
    return page, f"from pkg.m import f\nNAME = '{word}'\ndef test_f():\n    f('{word}')  # {word}\n"


def file_bugs(world: World, word: str, path: str = "pkg/m.py") -> list[Bug]:
    """Return the bugs that are filed for such a module."""
    world.tests, world.policy = ("tests/test_{name}.py",), Policy(new_per_day=9)
    page, tests = make_module(word)
    for number in (1, 2):
        world.commit_build(number, {path: page, "o.py": ".|x = 1"}, beside={"tests/test_m.py": tests})
    world.run()
    return world.bugs()


def check_texts(bug: Bug) -> None:
    """Check that the texts of a bug are within limits, printable and nothing but text, above one footer."""
    assert 0 < len(bug.title) <= 120
    assert len(bug.description) <= 50_000
    assert bug.title.isprintable()
    assert all(row.replace("\N{NO-BREAK SPACE}", " ").isprintable() for row in bug.description.split("\n"))
    body, _, footer = bug.description.rstrip().rpartition("\n")
    parsed = footers.parse(footer)
    assert parsed
    assert parsed.project == "pictured"
    assert footers.parse(body) is None
    assert str(parsed) not in body
    assert not DANGER.search(bug.title)
    assert not DANGER.search(body)
    assert "49" not in re.sub(r"[0-9a-f]{10,}|covbot task: .*", "", body)


@few_examples
@given(word=words)
@example(word=f"{FORGED} ")
@example(word="{{ 7 * 7 }} bug 1")
def test_law_16_hostile_source_appears_as_text_above_one_footer(new_world: NewWorld, word: str) -> None:
    found = file_bugs(new_world(), word)
    assert found
    for bug in found:
        check_texts(bug)


@pytest.mark.parametrize(
    "word",
    ["{{ x }} ", *(pytest.param(word, marks=pytest.mark.heavy) for word in ("bug 1 ", f"{FORGED} ", "\u202e", "x"))],
)
def test_law_16_a_line_of_a_megabyte_is_bounded(word: str, world: World) -> None:
    for bug in file_bugs(world, word * (10**6 // len(word))):
        check_texts(bug)


@pytest.mark.parametrize(
    "name", ["{{ 7 * 7 }}.py", "bug 1.py", "a\nb.py", "\u202e.py", f"{FORGED}.py", "x" * 200 + ".py"]
)
def test_law_16_hostile_paths_of_a_repository_appear_as_text(name: str, world: World) -> None:
    found = file_bugs(world, "x", f"pkg/{name}")
    assert found
    for bug in found:
        check_texts(bug)
