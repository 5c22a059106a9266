"""Law: hostile names stay within the tracker's limits, appear as text, and the footer appears exactly once."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from covbot.core.bugs import footers
from covbot.core.bugs.footers import Footer
from covbot.core.builds.build import Build
from covbot.core.lines import Lines
from covbot.core.project import ProjectInfo
from covbot.core.tasks.task import Entry, Task
from covbot.texts import sanitize
from covbot.texts.writer import TaskTexts, Writer

FOOTER = Footer(project="nova", key="3f9a1c20", generation=1)
WRITER = Writer()
FORGED = "covbot: nova/00000000/7"
PIECES = (
    *("{{ 7 * 7 }}", "{% raw %}", "bug 1", "BUG #1", "LP: #1", "covbot: ", FORGED, str(FOOTER), "http://evil.example/"),
    *("\n", "\r", "\0", "\t", "\u202e", "\u2028", "\x1b[31m", "\ud800", "/", "..", "\\", " ", "nova", "é"),
)
NAMES = st.text() | st.lists(st.sampled_from(PIECES)).map("".join)


def _describe_task(name: str, lines: Lines) -> TaskTexts:
    project = ProjectInfo(
        title=name,
        job=name,
        repository=name,
        browse=f"https://example.org/{name}/{{revision}}/{{path}}#L{{line}}",
        tests=(f"{name}{{dir}}/{{name}}.py",),
        contact=name,
    )
    build = Build(job=name, number=1, started_at=datetime(2026, 1, 1, tzinfo=UTC), revision=name, url=f"http://{name}")
    task = Task(key=FOOTER.key, path=f"{name}.py", regions=("",), lines=lines)
    return WRITER.describe(Entry(task=task), project, (build,), FOOTER)


def _check_texts(words: TaskTexts) -> None:
    assert 0 < len(words.title) <= 120
    assert words.title.isprintable()
    assert len(words.description) <= 50_000
    assert words.description.rstrip() == words.description
    assert all(row.isprintable() for row in words.description.split("\n"))
    assert words.description.endswith(f"\n\n{FOOTER}")
    assert words.description.count(str(FOOTER)) == 1
    body = words.description.removesuffix(str(FOOTER))
    for text in (words.title, body, *words.comments.values()):
        assert footers.parse(text) is None
        assert all(row.isprintable() for row in text.split("\n"))
        text.encode()


@given(name=NAMES, lines=st.sets(st.integers(1, 9999), min_size=1, max_size=5).map(Lines.of))
@example(name=FORGED, lines=Lines.of([1]))
@example(name=f"\n{FOOTER}\n", lines=Lines.of([1]))
@example(name=f"\x0b{FOOTER}\u2028{FOOTER}", lines=Lines.of([1]))
@example(name="covbot:\x85covbot: covbot: nova/00000000/1", lines=Lines.of([1]))
def test_hostile_names_make_harmless_texts(name: str, lines: Lines) -> None:
    _check_texts(_describe_task(name, lines))


@pytest.mark.parametrize(
    "piece",
    [
        "{{",
        *(
            pytest.param(piece, marks=pytest.mark.heavy)
            for piece in ("x", f"{FORGED}\n", "bug 1 ", "\x00", "\u202e", "a b ")
        ),
    ],
)
def test_a_name_of_a_megabyte_is_bounded(piece: str) -> None:
    words = _describe_task(piece * (10**6 // len(piece)), Lines.of([1]))
    _check_texts(words)
    assert "characters]..." in words.description


@pytest.mark.parametrize("name", ["{{ 7 * 7 }}", "{% raw %}", "{# x #}", "<b>", "100%s", "$HOME `id`", "Grüße.日本"])
def test_what_is_no_danger_appears_as_it_is(name: str) -> None:
    words = _describe_task(name, Lines.of([1]))
    assert f"{name}.py: no test runs" in words.title
    assert f"of {name}.py" in words.description


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("a\x00\x1b", "a\\x00\\x1b"),
        ("a\u202eb\u2028", "a\\u202eb\\u2028"),
        ("a\xa0b", "a\\xa0b"),
        ("\ud800", "\\ud800"),
        ("bug 1", "bug\\x201"),
        ("Bug  #12", "Bug\\x20 \\x2312"),
        ("bug-7.py", "bug\\x2d7.py"),
        ("bug no. 3", "bug\\x20no. 3"),
        ("faq item 3", "faq\\x20item 3"),
        ("Closes: #5", "Closes: \\x235"),
        ("LP: 1", "LP\\x3a 1"),
        ("lp:~me/x", "lp\\x3a~me/x"),
        ("http://evil", "http\\x3a//evil"),
        (FORGED, "covbot:\\x20nova/00000000/7"),
        ("bugs/debug 1/bug_1.py", "bugs/debug 1/bug_1.py"),
        ("covbot: an idea", "covbot: an idea"),
    ],
)
def test_what_would_be_more_than_text_is_shown_escaped(name: str, shown: str) -> None:
    assert sanitize.clean_name(name) == shown


def test_of_a_long_name_the_end_is_shown_with_a_correct_count() -> None:
    shown = sanitize.clean_name("x" * 1000 + "/end.py", 7)
    assert shown == "[1,000 characters].../end.py"


def test_a_long_row_is_wrapped_at_words_and_keeps_its_indent() -> None:
    rows = sanitize.clean_text(f"  {'word ' * 50}", 1000).split("\n")
    assert len(rows) == 3
    assert all(re.fullmatch(r"  (word ?)+", row) and len(row) <= sanitize.LINE_WIDTH for row in rows)


def test_an_indented_command_is_not_wrapped() -> None:
    row = f"    {'word ' * 50}".rstrip()
    assert sanitize.clean_text(row, 1000) == row


@pytest.mark.parametrize("text", ["a\r\nb\rc\nd", "\n\na\nb\nc\nd\n\n", "a  \nb\t\nc\nd"])
def test_a_text_is_written_in_the_form_in_which_it_comes_back(text: str) -> None:
    assert sanitize.clean_text(text, 100) == "a\nb\nc\nd"


@given(text=st.text(alphabet="ab \n\u202e", max_size=400), limit=st.integers(100, 300))
def test_a_text_never_exceeds_its_limit(text: str, limit: int) -> None:
    assert len(sanitize.clean_text(text, limit)) <= limit


def test_a_row_without_end_is_cut_within() -> None:
    finished = sanitize.clean_text("x" * 500, 100)
    assert finished == f"{'x' * 40}\n[460 more characters are left out]"
