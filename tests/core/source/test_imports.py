"""The names that a text imports are found in every form of an import, relative ones as well, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.source import imports


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import a", {"a"}),
        ("import a.b.c", {"a.b.c"}),
        ("import a, b.c", {"a", "b.c"}),
        ("import a as b, c.d as e", {"a", "c.d"}),
        ("import a  # b, c", {"a"}),
        ("import\ta", {"a"}),
        ("    import a\n", {"a"}),
        ("import a\r\n", {"a"}),
        ("from a.b import c", {"a.b", "a.b.c"}),
        ("from a import b, c as d", {"a", "a.b", "a.c"}),
        ("from a import (b, c)", {"a", "a.b", "a.c"}),
        ("from a import (\n    b,  # why, d\n    c as e,\n)", {"a", "a.b", "a.c"}),
        ("from a import b, \\\n    c", {"a", "a.b", "a.c"}),
        ("from a import *", {"a"}),
        ("from a import b  # c", {"a", "a.b"}),
        ("def f():\n    from a import b\n", {"a", "a.b"}),
        ("import a\nfrom b import c\n", {"a", "b", "b.c"}),
    ],
)
def test_every_form_of_an_import_is_found(text: str, names: set[str]) -> None:
    assert imports.find_imported_names(text, "x/y.py") == names


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# import a",
        "x = 'import a'",
        "important = 1",
        "from a important b",
        "fromage import b",
        "raise E from a",
        "yield from a",
        "import_module('a')",
    ],
)
def test_text_that_only_looks_like_an_import_is_none(text: str) -> None:
    assert imports.find_imported_names(text, "x/y.py") == set()


@pytest.mark.parametrize(
    ("origin", "path", "name"),
    [
        ("a.b", "x/y/z.py", "a.b"),
        (".", "x/y/z.py", "x.y"),
        (".a", "x/y/z.py", "x.y.a"),
        ("..", "x/y/z.py", "x"),
        ("..a.b", "x/y/z.py", "x.a.b"),
        ("...a", "x/y/z.py", "a"),
        (".", "x/y/__init__.py", "x.y"),
        (".a", "x/y/__init__.py", "x.y.a"),
        ("a", "z.py", "a"),
    ],
)
def test_leading_dots_are_resolved_from_the_folder_of_the_file(origin: str, path: str, name: str) -> None:
    assert imports.resolve_origin(origin, path) == name


def test_a_relative_import_names_the_module_and_its_names() -> None:
    assert imports.find_imported_names("from .. import a\nfrom .b import (c)", "x/y/z.py") == {
        *("x", "x.a"),
        *("x.y.b", "x.y.b.c"),
    }


NAMES = st.from_regex(r"[a-z]{1,5}(\.[a-z]{1,5}){0,2}", fullmatch=True).filter(lambda name: " " not in name)


@given(st.lists(NAMES, min_size=1, max_size=4), st.text(st.characters(exclude_characters="\r\n#"), max_size=20))
def test_each_of_the_imported_modules_is_found_whatever_comment_is_behind_them(names: list[str], comment: str) -> None:
    assert imports.find_imported_names(f"import {', '.join(names)}  # {comment}\n", "x.py") == set(names)


@given(st.text("import from.,()\\\n a", max_size=60))
def test_any_text_gives_names_without_blanks_and_brackets(text: str) -> None:
    found = imports.find_imported_names(text, "x/y.py")
    assert not {mark for name in found for mark in name} & set(" ()\\\n,")
