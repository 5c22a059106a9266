"""A footer is read back as it was written, wherever it is in a text, and nothing else is taken for one."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sample_bugs import BUG
from covbot.core.bugs import footers
from covbot.core.bugs.footers import Footer
from support.filed_bug import FOOTER

OTHER = Footer(project="nova", key="0000000b", generation=2)
FOOTERS = st.builds(
    Footer,
    project=st.from_regex(r"[a-z0-9][a-z0-9+.-]*", fullmatch=True),
    key=st.from_regex(r"[0-9a-f]{8,16}", fullmatch=True),
    generation=st.integers(1, 999_999),
)


def test_a_footer_is_one_visible_line() -> None:
    assert str(FOOTER) == "covbot: nova/0000000a/1"


@given(FOOTERS, st.text(), st.text(" \t\n"))
def test_the_footer_below_any_text_is_read_back(footer: Footer, text: str, blanks: str) -> None:
    assert footers.parse(f"{text}\n{footer}{blanks}") == footer


@given(FOOTERS, FOOTERS)
def test_of_several_footers_the_last_one_counts(quoted: Footer, own: Footer) -> None:
    assert footers.parse(f"{quoted}\n\nLines 2-4.\n\n{own}\n") == own


@pytest.mark.parametrize(
    "line",
    [
        "covbot: nova/0000000a/1",
        "covbot: nova/0000000a/1 \t",
        "covbot: 0/00000000/1",
        "covbot: a+b.c-d/0123456789abcdef/999999",
    ],
)
def test_a_line_of_this_form_is_a_footer(line: str) -> None:
    assert str(footers.parse(f"above\n{line}\nbelow")) == line.rstrip()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "covbot:",
        " covbot: nova/0000000a/1",
        "> covbot: nova/0000000a/1",
        "See covbot: nova/0000000a/1",
        "covbot: nova/0000000a/1.",
        "covbot: nova/0000000a/1 and more",
        "covbot:nova/0000000a/1",
        "Covbot: nova/0000000a/1",
        "covbot: Nova/0000000a/1",
        "covbot: -nova/0000000a/1",
        "covbot: no/va/0000000a/1",
        "covbot: nova/0000000A/1",
        "covbot: nova/000000a/1",
        "covbot: nova/0123456789abcdef0/1",
        "covbot: nova/0000000a/0",
        "covbot: nova/0000000a/01",
        "covbot: nova/0000000a/1000000",
        "covbot: nova/0000000a/\u0661",
        "covbot: nova/0000000a",
    ],
)
def test_a_line_of_another_form_is_no_footer(line: str) -> None:
    assert footers.parse(f"above\n{line}\nbelow") is None


@pytest.mark.parametrize(
    ("description", "filed_text", "found"),
    [
        (f"Lines 2-4.\n\n{FOOTER}", "", FOOTER),
        ("by ada", f"Lines 2-4.\n\n{FOOTER}", FOOTER),
        (f"by ada\n\n{OTHER}", f"Lines 2-4.\n\n{FOOTER}", OTHER),
        ("by ada", "by ada", None),
    ],
)
def test_a_bug_whose_footer_was_removed_is_identified_by_the_text_it_was_filed_with(
    description: str, filed_text: str, found: Footer | None
) -> None:
    assert footers.identify(attrs.evolve(BUG, description=description, filed_text=filed_text)) == found


def test_footers_are_sorted_by_project_then_key_then_generation() -> None:
    ordered = [
        Footer(project="glance", key="0000000b", generation=9),
        Footer(project="nova", key="0000000a", generation=9),
        Footer(project="nova", key="0000000b", generation=2),
        Footer(project="nova", key="0000000b", generation=10),
    ]
    assert sorted([ordered[3], ordered[1], ordered[2], ordered[0]]) == ordered
