"""The hardest cases of comparing builds, through the real git: what changed, and what happens to the bugs."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from support import two_builds

if TYPE_CHECKING:
    from support.two_builds import Pages
    from support.world import World


def trim_page(page: str) -> str:
    return dedent(page).strip("\n")


def indent_page(page: str, by: str) -> str:
    """Return the page with its code indented by `by`."""
    return "\n".join(f"{mark}|{by}{code}" if code else f"{mark}|" for mark, _, code in _split_rows(page))


def _split_rows(page: str) -> list[tuple[str, str, str]]:
    return [line.partition("|") for line in page.split("\n")]


def join_pages(*drawn: str) -> str:
    return "\n".join(drawn)


U = trim_page("""
    .|def u(flag):
    .|    if flag:
    x|        return 2
    .|    return 3
""")
V = trim_page("""
    -|
    .|def v(path):
    .|    found = open(path)
    .|    return found
""")
LOOKALIKE = trim_page("""
    .|def a(x):
    .|    y = x
    .|    return y
""")
LONG = trim_page("""
    .|def old(a):
    .|    b = a + 1
    x|    c = b * 2
    x|    d = c ** 3
    .|    e = d - 4
    .|    return e
""")
CLASS = trim_page("""
    .|class A:
    .|    size = 1
    .|    def m(self):
    x|        return 1
    .|    def n(self):
    .|        if self.size:
    x|            return 2
    .|        return 3
""")
OTHER = trim_page("""
    .|import os
    -|
    .|LIMIT = 10
    -|
    .|def other(path):
    .|    if path:
    x|        path = str(LIMIT)
    .|    return os.path.join(path)
""")
NOTES = "-|# one\n-|# two"
BODY = join_pages(".|import os", U)

TABLE = [
    pytest.param({"m.py": U}, {"m.py": join_pages(NOTES, U)}, ["standing 1"], ["New m.py 5"], id="1 drift"),
    pytest.param(
        {"m.py": U}, {"m.py": join_pages(".|class C:", indent_page(U, "    "))}, ["standing 1"], ["New m.py 4"],
        id="2 re-indented into a new class",
    ),
    pytest.param(
        {"m.py": U}, {"m.py": U.replace("\n", "\r\n")}, ["standing 1"], ["New m.py 3"], id="2 other line ends",
    ),
    pytest.param(
        {"m.py": join_pages(LOOKALIKE, V, U)},
        {"m.py": join_pages(LOOKALIKE.replace("a(x)", "b(x)").replace(".|  ", "x|  "), LOOKALIKE, V, U)},
        ["opened m.py b 2-3: new code", "standing 1"], ["New m.py 13", "New m.py 2-3"],
        id="3 a look-alike that nothing tests is put above",
    ),
    pytest.param(
        {"m.py": join_pages(U, V)}, {"m.py": join_pages(V, U)}, ["standing 1"], ["New m.py 7"], id="4 moved block",
    ),
    pytest.param({"x.py": LONG}, {"y.py": LONG}, ["standing 2"], ["New* y.py 3-4"], id="5 file renamed"),
    pytest.param(
        {"x.py": LONG, "z.py": OTHER}, {"x.py": OTHER, "z.py": LONG}, ["standing 3"], ["New* x.py 7", "New* z.py 3-4"],
        id="5 file swapped with another",
    ),
    pytest.param(
        {"m.py": U}, {"m.py": U.replace("x|        return 2", "-|        return 2  # pragma: no cover")},
        ["closed m.py u 3: excluded"], ["Invalid m.py "], id="8 line excluded",
    ),
    pytest.param(
        {"m.py": join_pages(V, LONG)},
        {
            "m.py": join_pages(
                V, LONG.replace("(a):", "(a):  # pragma: no cover").replace(".|", "-|").replace("x|", "-|")
            )
        },
        ["closed m.py old 7-8: excluded"], ["Invalid m.py "], id="8 function excluded",
    ),
    pytest.param(
        {"m.py": join_pages(V, "-|x = foo(", "x|    1,", "-|    2,", "-|)")},
        {"m.py": join_pages(V, "x|x = foo(", "-|    1,", "-|    2,", "-|)")},
        ["standing 1"], ["New m.py 5"], id="8 relabelled first line",
    ),
    pytest.param(
        {"m.py": LONG}, {"m.py": LONG.replace("x|", ".|")},
        ["closed m.py old 3-4: covered"], ["Fix Released m.py "], id="covered",
    ),
    pytest.param(
        {"m.py": join_pages(U, LONG)},
        {"m.py": join_pages(U, LONG.replace("x|", "_|").replace(".|    b", "x|    b").replace("_|", ".|"))},
        ["opened m.py old 6: lost coverage", "closed m.py old 7-8: covered", "standing 1"], ["New* m.py 3, 6"],
        id="two changes that offset each other",
    ),
]  # fmt: skip

MORE = [
    pytest.param(
        {"m.py": join_pages(V, "x|x = f(alpha, beta)", ".|y = 1")},
        {"m.py": join_pages(V, "x|x = f(", "-|    alpha,", "-|    beta,", "-|)", ".|y = 1")},
        ["standing 1"], ["New m.py 5"], id="statement split by a formatter",
    ),
    pytest.param(
        {"m.py": join_pages(LONG, V)}, {"m.py": join_pages(V, LONG.replace("old", "new"))},
        ["standing 2"], ["New m.py 7-8"],
        id="function renamed and moved at once",
    ),
    pytest.param(
        {"m.py": CLASS}, {"m.py": CLASS.replace(".|    def n", ".|    @cached(\n-|        1,\n-|    )\n.|    def n")},
        ["standing 2"], ["New m.py 4, 10"], id="decorator added",
    ),
    pytest.param(
        {"m.py": CLASS}, {"m.py": CLASS.replace(".|    def n", "-|\n.|class B:\n.|    def n")},
        ["standing 2"], ["New m.py 4, 9"], id="class split in two",
    ),
    pytest.param(
        {"m.py": LONG}, {"m.py": LONG.replace("    ", "\t")}, ["standing 2"], ["New m.py 3-4"], id="tabs for spaces",
    ),
    pytest.param(
        {"m.py": join_pages("-|# coding: latin-1", ".|name = 'Jörg'", LONG).encode("latin-1")},
        {"m.py": join_pages("-|# coding: latin-1", NOTES, ".|name = 'Jörg'", LONG).encode("latin-1")},
        ["standing 2"], ["New m.py 7-8"], id="source that is not UTF-8",
    ),
    pytest.param(
        {"m.py": join_pages(LONG, *(f".|value_{number} = {number % 7}" for number in range(5000)))},
        {"m.py": join_pages(*(f".|value_{number} = {number % 7}" for number in range(5000)), NOTES, LONG)},
        ["standing 2"], ["New m.py 5005-5006"], id="five thousand lines",
    ),
    pytest.param(
        {"m.py": join_pages(LONG, V)}, {"m.py": V},
        ["closed m.py old 3-4: deleted"], ["Invalid m.py "], id="function deleted",
    ),
    pytest.param(
        {"m.py": LONG, "n.py": V}, {"n.py": V}, ["closed m.py old 3-4: deleted"], ["Invalid m.py "], id="file deleted",
    ),
    pytest.param(
        {"m.py": V}, {"m.py": join_pages(V, U)}, ["opened m.py u 7: new code"], ["New m.py 7"], id="new function",
    ),
    pytest.param(
        {"m.py": V}, {"m.py": V, "n.py": U}, ["opened n.py u 3: new code"], ["New n.py 3"], id="new file",
    ),
    pytest.param(
        {"m.py": U}, {"m.py": U.replace("return 2", "return 5")},
        ["opened m.py u 3: new code", "closed m.py u 3: deleted"], ["New m.py 3"], id="statement edited",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "delta", "bugs"), [*TABLE, *MORE])
def test_each_change_is_classified_and_followed_by_its_bugs(
    before: Pages, after: Pages, delta: list[str], bugs: list[str], world: World
) -> None:
    two_builds.run_builds(world, before, after)
    assert two_builds.describe_delta(world.compare_builds(2, 3)) == delta
    assert two_builds.describe_bugs(world) == bugs
    assert len(set(two_builds.list_keys(world))) == len(bugs)
    world.commit_build(5, after)
    assert not world.compare_builds(4, 5)
    world.run()
    assert two_builds.describe_bugs(world) == bugs
