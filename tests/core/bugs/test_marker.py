"""The marker of a text is read back exactly, survives the edits of people, and shows whether they edited the text."""

from __future__ import annotations

import json

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from covbot.core.bugs import footers, marker
from covbot.core.bugs.marker import Marker
from covbot.core.lines import Lines
from support.filed_bug import FOOTER

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=60) | st.text('/ :"\\ab', max_size=20)
MARKERS = st.builds(
    Marker,
    path=ANYTHING,
    regions=st.lists(ANYTHING, max_size=3).map(tuple),
    lines=st.lists(st.integers(1, 99_999), max_size=20).map(Lines.of),
    revision=st.none() | st.text(min_size=1, max_size=40),
    project=ANYTHING,
    title=ANYTHING,
)
MARK = Marker(path="nova/utils.py", regions=("f", "A.g"), lines=Lines.of([2, 3, 4, 9]), revision="00a0304")
BODY = "Lines 2-4 and 9 of f never run."
FILED = f"{marker.add_marker(BODY, MARK)}\n\n{FOOTER}\n"
EDITED = attrs.evolve(MARK, untouched=False)


def test_a_marker_is_one_line_below_the_body() -> None:
    assert marker.add_marker(BODY, MARK) == (
        f'{BODY}\n\ncovbot task: {{"path":"nova/utils.py","lines":"2-4,9","sum":"8375ffa1","at":"00a0304",'
        '"regions":["f","A.g"]}'
    )


@given(MARKERS, ANYTHING)
@example(Marker(path="\ud800", regions=("\0", "\n"), lines=Lines()), "\ud800")
def test_a_marker_is_read_back_as_it_was_written_and_so_is_the_footer_below_it(mark: Marker, body: str) -> None:
    text = f"{marker.add_marker(body, mark)}\n\n{FOOTER}\n"
    assert marker.parse_marker(text) == mark
    assert footers.parse(text) == FOOTER


@given(MARKERS)
def test_no_name_in_a_marker_looks_like_text_that_a_tracker_turns_into_a_link(mark: Marker) -> None:
    _, _, line = marker.add_marker("", mark).partition("covbot task: ")
    assert line.isascii()
    assert not {" ", "\n", "\r"} & set(line)
    assert "//" not in line


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (FILED, MARK),
        (FILED.replace("\n", "\r\n"), MARK),
        (FILED.replace("\n\ncovbot task", "  \n\n\ncovbot task"), MARK),
        (FILED.replace('"]}', '"]} \t'), MARK),
        (f"{FILED}\nI look into this. -- ada\n", EDITED),
        (f"I look into this. -- ada\n{FILED}", EDITED),
        (FILED.replace("never run", "do not run"), EDITED),
        (FILED.replace(BODY, ""), EDITED),
        (FILED.replace(f"{FOOTER}", ""), MARK),
        (f"{BODY}\n\n{FOOTER}\n", None),
    ],
    ids=["filed", "CRLF", "blanks", "blanks behind", "below", "above", "within", "no body", "no footer", "no marker"],
)
def test_a_marker_survives_edits_and_shows_those_of_the_text_around_it(text: str, read: Marker | None) -> None:
    assert marker.parse_marker(text) == read


@given(ANYTHING)
def test_a_body_that_differs_in_more_than_blanks_at_its_end_is_not_untouched(added: str) -> None:
    read = marker.parse_marker(FILED.replace(BODY, f"{BODY}{added}."))
    assert read == EDITED


def test_of_several_markers_the_last_one_counts() -> None:
    quoted = marker.add_marker("quoted", attrs.evolve(MARK, path="other.py"))
    assert marker.parse_marker(marker.add_marker(f"{quoted}\n\n{BODY}", MARK)) == MARK


def _fill_line(size: int) -> str:
    """Return a text whose marker needs exactly so many characters because of the name of its region."""
    _, _, line = marker.add_marker(BODY, attrs.evolve(MARK, regions=("",))).partition("covbot task: ")
    return marker.add_marker(BODY, attrs.evolve(MARK, regions=("x" * (size - len(line)),)))


def test_a_marker_as_long_as_allowed_is_complete() -> None:
    text = _fill_line(marker.LONGEST_LINE)
    assert len(text) - len(BODY) == marker.LONGEST_MARKER
    read = marker.parse_marker(text)
    assert read is not None
    assert attrs.evolve(read, regions=MARK.regions) == MARK
    assert len(read.regions) == 1


def test_a_marker_that_is_one_character_too_long_is_written_without_its_regions() -> None:
    assert marker.parse_marker(_fill_line(marker.LONGEST_LINE + 1)) == attrs.evolve(MARK, regions=())


def test_a_marker_that_is_too_long_even_without_regions_is_left_out() -> None:
    assert marker.add_marker(BODY, attrs.evolve(MARK, path="x" * marker.LONGEST_LINE)) == BODY


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("path", None),
        ("path", 7),
        ("regions", None),
        ("regions", [7]),
        ("lines", None),
        ("lines", [2, 3]),
        ("lines", "abc"),
        ("lines", "2-"),
        ("lines", "-2"),
        ("lines", "1000000000"),
        ("lines", "1-1000001"),
        ("lines", "1-999999,1-2"),
        ("at", 7),
        ("sum", None),
    ],
)
def test_a_marker_with_a_field_that_covbot_does_not_write_is_not_read(field: str, value: object) -> None:
    fields = {"path": "a.py", "regions": ["f"], "lines": "2-4", "sum": "0", "at": "00a0304"} | {field: value}
    kept = {name: content for name, content in fields.items() if content is not None}
    assert marker.parse_marker(f"covbot task: {json.dumps(kept)}") is None


@pytest.mark.parametrize("line", ["{}", "{", '{"path"}', f'{{"a":{"[" * 40_000}}}', "[]", ' {"path":"a.py"}'])
def test_a_line_that_is_no_complete_object_is_no_marker(line: str) -> None:
    assert marker.parse_marker(f"covbot task: {line}") is None


def test_a_marker_with_no_lines_or_with_a_million_is_read() -> None:
    fields = {"path": "a.py", "regions": [], "sum": ""}
    for shown, count in (("", 0), ("1-1000000", 1_000_000)):
        read = marker.parse_marker(f"covbot task: {json.dumps(fields | {'lines': shown})}")
        assert read is not None
        assert len(read.lines) == count


def test_a_marker_shows_whether_covbot_wrote_the_title() -> None:
    text = marker.add_marker(BODY, attrs.evolve(MARK, title=marker.compute_title_sum("f has no test")))
    read = marker.parse_marker(marker.sign_title(text, "f has no test [3f9a1c20]"))
    assert read is not None
    assert read.fits_title(" f has no test [3f9a1c20]\n")
    assert not read.fits_title("f has no test")
    assert not MARK.fits_title("")
    assert marker.sign_title(FILED, "any title") == FILED
