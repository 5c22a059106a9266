"""Two statements have one spelling when their syntax trees are the same, and only then."""

from __future__ import annotations

import pytest

from covbot.core.source import spelling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 'a'", 'x = "a"'),
        ("x = u'a' 'b'", 'x = "ab"'),
        ("x = '''a\nb'''", "x = 'a\\nb'"),
        ("x = r'\\d'", "x = '\\\\d'"),
        ("x = 0XFF + 1E3 + 1_000", "x = 255 + 1000.0 + 1000"),
        ("x = f(a,\n      b,)", "x = f(a, b)"),
        ("return (a, b)", "return a, b"),
        ("return(a)  # why", "return a"),
        ("x = a and \\\n    b", "x = (\n    a\n    and b\n)"),
        ("elif (a):", "if a:"),
        ("class A():", "class A:"),
        ("def f(a, b = 1, *, c) -> 'x':", 'def f(a, b=1, *, c,) -> "x":'),
        ("from a import c, b as d", "from a import (\n    b as d,\n    c,\n)"),
        ("except (E) as e:", "except E as e:"),
        ("with (a as b, c):", "with a as b, c:"),
        ("for (x, y) in (z):", "for x, y in z:"),
        ("assert(x), ('no')", 'assert x, "no"'),
        ("case (1 | 2):", "case 1 | 2:"),
        ("@cache\n", "@(cache)"),
        ("lambda: (yield)", "lambda: (\n (yield))"),
    ],
)
def test_quotes_parentheses_comments_and_lines_are_no_part_of_a_statement(one: str, other: str) -> None:
    assert spelling.spell_statement(one) == spelling.spell_statement(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 'a'", "x = b'a'"),
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = (a)", "x = (a,)"),
        ("x = a, b", "x = [a, b]"),
        ("x: int = 1", "x: str = 1"),
        ("def f(a: int):", "def f(a):"),
        ("def f(a: None):", "def f(a):"),
        ("def f() -> int:", "def f():"),
        ("async def f():", "def f():"),
        ("from . import a", "from .. import a"),
        ("raise E", "raise E from e"),
        ("a - (b - c)", "a - b - c"),
        ("not (a in b)", "a not in b"),
        ("x = f'{a}'", "x = f'{a!r}'"),
        ("'doc'", "'other doc'"),
        ("import a.b", "import a"),
        ("except E:", "except F:"),
        ("f(*a)", "f(a)"),
    ],
)
def test_what_changes_the_syntax_tree_changes_the_spelling(one: str, other: str) -> None:
    spelled = spelling.spell_statement(one), spelling.spell_statement(other)
    assert None not in spelled
    assert spelled[0] != spelled[1]


@pytest.mark.parametrize("text", ["b)", "else:", "x = (", "'''"])
def test_what_is_no_whole_statement_has_no_spelling(text: str) -> None:
    assert spelling.spell_statement(text) is None


def test_each_statement_is_on_the_row_on_which_it_begins_with_its_indent() -> None:
    rows = spelling.spell_rows(
        "@deco(\n  1)\nclass A:\n  def f(\n    self\n  ):\n    if x: return None\n    # note\n    y\n"
    )
    assert rows is not None
    assert [bool(row) for row in rows] == [True, False, True, True, False, False, True, False, True, False]
    assert rows[3].startswith("    def f(")
    assert rows[6].startswith("        If(")
    assert rows[6].endswith(";returnNone")


def test_what_the_running_python_cannot_parse_is_compared_as_it_is_written() -> None:
    one, other = ("type X[T] = list[T]\nx = %s\n", "type X[T] = set[T]\nx = %s\n")
    spelled = [spelling.spell_rows(text) for text in (one % "'a'", one % '"a"', other % "'a'")]
    assert spelled[0] == spelled[1]
    assert spelled[1] != spelled[2]


def test_a_text_that_is_no_python_has_no_spelling() -> None:
    assert spelling.spell_rows("".join(f"for for {number}\n" for number in range(100))) is None
    assert spelling.spell_rows("# nothing\n") == ["", ""]
