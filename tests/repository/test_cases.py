"""The hardest cases of a comparison between two builds, as far as the line map decides them, with the real git."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from covbot.core.lines import Lines
from covbot.core.source import multiline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from covbot.repository.git import Repository
    from support.git_repo import Checkout

    Follow = Callable[[Mapping[str, str], Mapping[str, str]], dict[str, str]]


def make_map(spans: str, *, path: str = "m.py", to: str = "m.py") -> dict[str, str]:
    """Return an expected map: `1-3>4 7>9` maps 1, 2, 3 to 4, 5, 6 and 7 to 9."""
    found = {}
    for span in spans.split():
        left, right = span.split(">")
        first, _, last = left.partition("-")
        for step in range(int(last or first) - int(first) + 1):
            found[f"{path}:{int(first) + step}"] = f"{to}:{int(right) + step}"
    return found


U = """
def u():
    x = 1
    y = 2
    return x
"""
V = """
def v():
    x = 1
    return 3
"""
TWIN = """
def a():
    y = x
    return y
"""
LONG = """
def old(a):
    b = a + 1
    c = b * 2
    d = c ** 3
    e = d - 4
    return e
"""
X, Y = "    x = 1\n", "    y = 2\n"
HOLDER = "def f():" + LONG.replace("\n", "\n    ") + "return old\n"
PULLED = """
def old(a):
    return f(a) + 9

def f(a):
    b = a + 1
    c = b * 2
    d = c ** 3
    return d
"""
TEXT = '''text = """
def u():
    x = 1
""" + "\\"\\"" + """\\"""
"""
'''
ODD = """a = 'say "" twice' + '\"\"\"'  # and \"\"\" and '''
b = 2
"""
LOG_A = "log(\n    a,\n)\n"
LOG_B = "log(\n    b,\n)\n"
OPEN = U + 's = """\n' + U
CLASS = """
class A:
    size = 1
    def m(self):
        return 1
    def n(self):
        if self.size:
            return 2
        return 3
"""

TABLE = [
    ("drift", U, "# one\n# two\n" + U, "2-5>4"),
    ("re-indented into a class", U, "\nclass C:\n" + U.replace("\n", "\n    "), "2-5>4"),
    ("other line ends", U, U.replace("\n", "\r\n"), "2-5>2"),
    ("line ends of old", U, U.replace("\n", "\r"), "2-5>2"),
    ("tabs for spaces", U, U.replace("    ", "\t"), "2-5>2"),
    ("form feed", U + V, U + "\f" + V, "2-5>2 7-9>7"),
    ("look-alike above", TWIN, TWIN.replace("a()", "b()") + TWIN, "2-4>6"),
    ("look-alike below", TWIN, TWIN + TWIN.replace("a()", "b()"), "2-4>2"),
    ("look-alike class above", CLASS, CLASS.replace("A:", "B:") + CLASS, "2-9>11"),
    ("moved below another", U + V, V + U, "2-5>6 7-9>2"),
    ("function renamed", LONG, LONG.replace("old", "new"), "3-7>3"),
    ("function renamed and edited", LONG, LONG.replace("old", "new").replace("e = d - 4", "e = d"), "3-5>3 7>7"),
    ("function renamed and moved at once", LONG + V, V + LONG.replace("old", "new"), "3-7>7 9-11>2"),
    ("function wrapped", LONG, V.replace("v()", "old()") + LONG.replace("old", "new"), "3-7>7"),
    ("method renamed", CLASS, CLASS.replace("def m", "def k"), "2-3>2 5-9>5"),
    ("class renamed", CLASS, CLASS.replace("A:", "Z:"), "3-9>3"),
    ("class split in two", CLASS, CLASS.replace("    def n", "\nclass B:\n    def n"), "2-5>2 6-9>8"),
    ("decorator added", CLASS, CLASS.replace("    def n", "    @cached(\n        1,\n    )\n    def n"), "2-5>2 6-9>9"),
    ("nested function pulled out", HOLDER, LONG + "def f():\n    return old\n", "1>8 2-7>2 8>9"),
    ("function renamed that holds another", HOLDER, HOLDER.replace("f()", "g()"), "2-8>2"),
    ("statement moved within its function", U, U.replace(X, "").replace(Y, Y + X), "2>2 3>4 4>3 5>5"),
    ("block pulled out into a new function", LONG, PULLED, "2>2 3-5>6"),
    ("statement split by a formatter", "x = f(a, b)\ny = 1\n", "x = f(\n    a,\n    b,\n)\ny = 1\n", "1>1 2>5"),
    ("statement joined", "x = f(\n    a,\n    b,\n)\ny = 1\n", "x = f(a, b)\ny = 1\n", "1>1 5>2"),
    ("backslash became bracket-free", "x = a + \\\n    b\n", "x = a + b\n", "1>1"),
    ("edited", "x = 1\ny = 2\n", "x = 1\ny = 3\n", "1>1"),
    ("emptied", U, "", ""),
    ("filled", "", U, ""),
    ("statements reordered that begin alike", LOG_A + LOG_B, LOG_B + LOG_A, "1-3>4 4-6>1"),
    ("look-alike statement above", LOG_A, LOG_B + LOG_A, "1-3>4"),
    ("string that looks like code", TEXT + U, "z = 1\n" + U + TEXT, "1-5>7 7-10>3"),
    ("quotes that open no string", ODD + U, U + ODD, "1-2>6 4-7>2"),
    ("long string that never ends, below", OPEN, "z = 1\n" + OPEN, "2-5>3 6>7 8-11>9"),
    ("entry added to a long literal", "d = {\n    1: 2,\n}\n", "d = {\n    1: 2,\n    3: 4,\n}\n", "1-2>1 3>4"),
    ("broken syntax", U + "def (:\n", "x =\n" + U, "2-5>3"),
    ("repeated lines only", "    0,\n" * 70, "    0,\n" * 90, "1-70>1"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_lines_are_found_again_in_their_file(before: str, after: str, expected: str, follow: Follow) -> None:
    assert follow({"m.py": before}, {"m.py": after}) == make_map(expected)


@pytest.mark.parametrize(
    ("before", "after", "name", "expected"),
    [
        (U, V + U, "u", "u"),
        (LONG, V + LONG.replace("old", "new").replace("d - 4", "d"), "old", "new"),
        (LONG, V.replace("v()", "old()") + LONG.replace("old", "new"), "old", "new"),
        (CLASS, CLASS.replace("A:", "B:"), "A.n", "B.n"),
        (CLASS, CLASS.replace("A:", "B:"), "A", "B"),
        (CLASS, CLASS.replace("    def n", "\nclass B:\n    def n"), "A.n", "B.n"),
        (CLASS, CLASS.replace("    def n", "\nclass B:\n    def n"), "A.m", "A.m"),
        (LONG, "\nclass C:\n" + LONG.replace("\n", "\n    "), "old", "C.old"),
    ],
)
def test_a_region_that_was_renamed_is_known_by_its_new_name(
    before: str, after: str, name: str, expected: str, checkout: Checkout, repository: Repository
) -> None:
    found = repository.line_map(checkout.commit({"x.py": before}), checkout.commit({"y.py": after}), {"x.py", "y.py"})
    assert found.region_after("x.py", name) == ("y.py", expected)


OTHER = dedent("""
    import os

    LIMIT = 10

    def other(path):
        return os.path.join(path, str(LIMIT))
""")


def test_a_renamed_file_keeps_its_lines(follow: Follow) -> None:
    assert follow({"x.py": LONG}, {"y.py": LONG}) == make_map("2-7>2", path="x.py", to="y.py")


def test_a_renamed_and_edited_file_keeps_the_lines_that_stayed(follow: Follow) -> None:
    expected = make_map("2-7>4", path="x.py", to="d/y.py")
    assert follow({"x.py": LONG}, {"d/y.py": "# here\n\n" + LONG + "    pass\n"}) == expected


def test_a_file_renamed_and_re_indented_throughout_keeps_its_lines(follow: Follow) -> None:
    after = "class New:" + LONG.replace("\n", "\n        ").replace("    def", "def")
    assert follow({"x.py": LONG}, {"y.py": after}) == make_map("2-7>2", path="x.py", to="y.py")


def test_two_files_that_were_swapped_are_each_found_at_the_others_place(follow: Follow) -> None:
    expected = make_map("2-7>2", path="x.py", to="z.py") | make_map("2>2 4>4 6-7>6", path="z.py", to="x.py")
    assert follow({"x.py": LONG, "z.py": OTHER}, {"x.py": OTHER, "z.py": LONG}) == expected


def test_two_files_that_were_swapped_and_edited_are_each_found_at_the_others_place(follow: Follow) -> None:
    after = {"x.py": "#\n" + OTHER, "z.py": "#\n" + LONG}
    expected = make_map("2-7>3", path="x.py", to="z.py") | make_map("2>3 4>5 6-7>7", path="z.py", to="x.py")
    assert follow({"x.py": LONG, "z.py": OTHER}, after) == expected


def test_a_function_that_went_to_another_file_is_found_there(follow: Follow) -> None:
    after = {"x.py": OTHER, "y.py": "import re\n" + LONG}
    expected = make_map("2>2 4>4 6-7>6", path="x.py", to="x.py") | make_map("9-14>3", path="x.py", to="y.py")
    assert follow({"x.py": OTHER + LONG}, after) == expected


def test_a_file_that_was_rewritten_maps_nothing(follow: Follow) -> None:
    assert follow({"x.py": LONG}, {"x.py": OTHER}) == {}


def test_a_copied_file_stays_where_it_was(follow: Follow) -> None:
    assert follow({"x.py": LONG}, {"x.py": LONG, "y.py": LONG}) == make_map("2-7>2", path="x.py", to="x.py")


def test_a_statement_known_by_another_of_its_lines_is_the_same_once_both_are_its_first() -> None:
    assert multiline.map_first_lines("x = foo(\n    1,\n)\n") == {2: 1, 3: 1}


def test_a_source_in_another_encoding_is_aligned_as_its_text(checkout: Checkout, repository: Repository) -> None:
    text = "# coding: latin-1\nname = 'Jörg'\nother = 1\n"
    before = checkout.commit({"m.py": text.encode("latin-1")})
    after = checkout.commit({"m.py": text.replace("latin-1", "utf-8").encode()})
    found = repository.line_map(before, after, {"m.py"})
    assert found.forward("m.py", Lines.of([1, 2, 3])) == {"m.py": Lines.of([2, 3])}


def test_a_long_file_in_which_every_tenth_line_changed_keeps_all_others(follow: Follow) -> None:
    before = [f"value_{number} = {number % 7}\n" for number in range(5000)]
    after = ["changed = 0\n" if number % 10 == 0 else line for number, line in enumerate(before)]
    expected = {f"m.py:{number + 1}": f"m.py:{number + 1}" for number in range(5000) if number % 10}
    assert follow({"m.py": "".join(before)}, {"m.py": "".join(after)}) == expected


def test_two_thousand_re_indented_lines_all_stay(follow: Follow) -> None:
    before = "if here:\n" + "".join(f"    call({number % 100})\n" for number in range(2000))
    assert follow({"m.py": before}, {"m.py": before.replace("    ", "        ")}) == make_map("1-2001>1")


HOSTILE = (
    *(
        "new\nline.py",
        'quote".py',
        "ünïcödé.py",
        "-option.py",
        "--output=x.py",
        "tab\tb.py",
        "back\\slash.py",
        "a b.py",
    ),
    *("a b.py", ":(top)a.py", "/".join(["long" * 30] * 8) + ".py", "\udcff.py", "{{x}}.py"),
)


def test_file_names_of_any_kind_are_mapped(checkout: Checkout, repository: Repository) -> None:
    before = checkout.commit(dict.fromkeys(HOSTILE, LONG))
    texts = {path: f"# {place}\n{LONG}" for place, path in enumerate(HOSTILE)}
    after = checkout.commit(texts)
    found = repository.line_map(before, after, HOSTILE)
    assert {path: found.forward(path, Lines.of([2])) for path in HOSTILE} == {
        path: {path: Lines.of([3])} for path in HOSTILE
    }
    assert repository.tree(after).keys() == set(HOSTILE)
