"""A formatter, an editor and a change of names keep statements what they are: their bugs stay, and nothing is filed."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from support import two_builds

if TYPE_CHECKING:
    from support.two_builds import Pages
    from support.world import World

V = two_builds.V_PAGE


def trim_page(page: str) -> str:
    return dedent(page).strip("\n")


QUOTES = trim_page("""
    -|
    .|import os, sys
    -|
    .|def load(path, mode = 'r'):
    .|    if not os.path.exists(path):
    x|        raise ValueError('no such file: %s' % path)
    .|    if mode == 'x':
    x|        print ('exclusive')
    x|        result = {'path' : path, 'mode':mode, 'flags' : 0XFF}
    x|        return result
    .|    return path
    -|
    .|def other(a,b):
    .|    if (a == 'one'):
    x|        return (b)
    .|    elif a == 'two' and b and \\
    -|            len(b) > 3:
    x|        sys.stderr.write(u'two')
    x|        for item in (b):
    x|            print('item %s' % item, end = '')
    .|    return None
""")
FORMATTED_QUOTES = trim_page("""
    .|import os, sys
    -|
    -|
    .|def load(path, mode="r"):
    .|    if not os.path.exists(path):
    x|        raise ValueError("no such file: %s" % path)
    .|    if mode == "x":
    x|        print("exclusive")
    x|        result = {"path": path, "mode": mode, "flags": 0xFF}
    x|        return result
    .|    return path
    -|
    -|
    .|def other(a, b):
    .|    if a == "one":
    x|        return b
    .|    elif a == "two" and b and len(b) > 3:
    x|        sys.stderr.write("two")
    x|        for item in b:
    x|            print("item %s" % item, end="")
    .|    return None
""")
COMMENT = trim_page("""
    .|def call(x):
    .|    if x:
    x|        a = x + 1
    x|        b = 10
    x|        c = [i for i in (1, 2)]
    x|        return a, b, c
    .|    return 0
""")
SWAPPED = trim_page("""
    .|class Store:
    .|    def export(self, path):
    .|        rows = self.load(path)
    .|        self.note("start")
    .|        if rows:
    .|            total = len(rows)
    .|            self.note(total)
    .|            self.flush(rows)
    .|        return rows
    .|    def ingest(self, path):
    .|        rows = self.load(path)
    .|        self.note("start")
    .|        if rows:
    x|            total = len(rows)
    x|            self.note(total)
    x|            self.keep(rows)
    .|        return rows
""")
GET = trim_page("""
    .|def get(path):
    .|    found = open(path)
    .|    text = found.read()
    .|    return text.strip()
    .|def get_v2(path):
    .|    found = open(path)
    .|    text = found.read()
    .|    if not text:
    x|        text = path
    x|        found.close()
    .|    return text
""")
HANDED_ON = trim_page("""
    .|def get(path):
    .|    found = open(path)
    .|    text = found.read()
    .|    if not text:
    x|        text = path
    x|        found.close()
    .|    return text
""")
CLASSES = trim_page("""
    .|class Old:
    .|    def size(self):
    x|        return self.width
    .|    def name(self):
    .|        return self.old_name
    .|    def close(self):
    .|        self.file.close()
    .|class New:
    .|    def size(self):
    .|        return self.width
    .|    def name(self):
    .|        return self.new_name
    .|    def open(self):
    .|        self.file = open(self.path)
""")
WRAPPED = trim_page("""
    .|def f(text, *more):
    -|    '''Do it.
    -|
    -|        With care.
    -|    '''
    .|    if text:
    x|        log('a long text that'
    -|            ' goes on (over lines)', text, more)
    x|        assert(text), 'no text'
    x|        x = text.a().b(1e3, 0xff,
    -|                       {'k': u'v'})
    .|    else:
    .|        if more:
    x|            raise(ValueError('more'))
    .|    return(None)
""")
UNWRAPPED = trim_page("""
    .|def f(
    -|    text,
    -|    *more,
    -|):
    -|    \"\"\"Do it.
    -|
    -|    With care.
    -|    \"\"\"
    .|    if text:
    x|        log("a long text that goes on (over lines)", text, more)  # as ever
    x|        assert text, "no text"
    x|        x = (
    -|            text.a()
    -|            .b(
    -|                1000.0,
    -|                255,
    -|                {"k": "v"},
    -|            )
    -|        )
    .|    elif more:
    x|        raise ValueError("more")
    .|    return None
""")
SHORT = trim_page("""
    .|def f(a):
    .|    if a:
    x|        return 'x'
    .|    if not a:
    .|        return "x"
    .|    return 'y'
""")
TEXT_BLOCK = trim_page("""
    .|def f(a):
    .|    query = '''
    -|        select (
    -|    '''
    .|    if a == 'it\\'s':
    x|        query += 'where \\x41'
    x|        del(a)
    .|    return query
""")
TEXT_BLOCK_AFTER = trim_page("""
    .|def f(a):
    .|    query = \"\"\"
    -|        select (
    -|    \"\"\"
    .|    if a == "it's":
    x|        query += "where A"
    x|        del a
    .|    return query
""")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(QUOTES, FORMATTED_QUOTES, id="quotes, parentheses, a prefix and a number"),
        pytest.param(
            COMMENT,
            COMMENT.replace("b = 10", "b = 10  # ten").replace("return a, b, c", "return (a, b, c)"),
            id="a comment behind a statement",
        ),
        pytest.param(WRAPPED, UNWRAPPED, id="lines wrapped, strings joined, elif for else and if"),
        pytest.param(SHORT, SHORT.replace("'", '"'), id="two statements that become equal to the letter"),
        pytest.param(
            SHORT, SHORT.replace("'x'", "''x").replace('"x"', "'x'").replace("''x", '"x"'), id="two that swap quotes"
        ),
        pytest.param(TEXT_BLOCK, TEXT_BLOCK_AFTER, id="a block of text, and escapes"),
        pytest.param(QUOTES.replace("    ", "\t"), FORMATTED_QUOTES, id="tabs, and a formatter"),
        pytest.param(
            SWAPPED, SWAPPED.replace("export", "x").replace("ingest", "export").replace("x(", "ingest("),
            id="two names swapped",
        ),
        pytest.param(GET, HANDED_ON, id="a name handed on"),
        pytest.param(
            CLASSES, CLASSES.replace("class Old", "class _").replace("class New", "class Old").replace("_:", "New:"),
            id="two classes that swap names, with twins in them",
        ),
        pytest.param(
            SWAPPED, SWAPPED.replace("export", "x").replace("ingest", "export").replace("x(", "ingest(")
            .replace('"start"', "'start'"),
            id="two names swapped, and quotes",
        ),
    ],
)  # fmt: skip
def test_a_change_of_spelling_or_of_names_files_closes_and_edits_nothing(before: str, after: str, world: World) -> None:
    run(world, {"m.py": f"{before}\n{V}"}, {"m.py": f"{after}\n{V}"}, before.count("x|"))


def test_a_file_that_is_renamed_and_formatted_at_once_keeps_its_bug(world: World) -> None:
    two_builds.run_builds(world, {"m.py": QUOTES}, {"n.py": FORMATTED_QUOTES})
    assert two_builds.describe_delta(world.compare_builds(2, 3)) == ["standing 8"]
    assert all(line.startswith("New* n.py") for line in two_builds.describe_bugs(world))


def test_rows_of_several_statements_that_get_a_row_each_keep_their_bug(world: World) -> None:
    before = (
        ".|def f(x):\n.|    y = x\nx|    a = one(y); b = two(a)\nx|    if a: return b\nx|    c = 1; d = 2; return c + d"
    )
    after = (
        ".|def f(x):\n.|    y = x\nx|    a = one(y)\nx|    b = two(a)\nx|    if a:\nx|        return b\n"
        "x|    c = 1\nx|    d = 2\nx|    return c + d"
    )
    two_builds.run_builds(world, {"m.py": f"{before}\n{V}"}, {"m.py": f"{after}\n{V}"})
    assert two_builds.describe_delta(world.compare_builds(2, 3)) == ["standing 7"]
    assert [line[:8] for line in two_builds.describe_bugs(world)] == ["New m.py"]
    assert not world.run().plan.actions


def run(world: World, before: Pages, after: Pages, missing: int) -> None:
    two_builds.run_builds(world, before, after)
    delta = two_builds.describe_delta(world.compare_builds(2, 3))
    assert delta == [f"standing {missing}"]
    assert [line[:8] for line in two_builds.describe_bugs(world)] == ["New m.py"] * len(world.bugs())
