"""Numbers in a report: parsed in every form, and invalid ones ignored."""

from __future__ import annotations

import datetime as dt

import pytest

from covbot.core.lines import HIGHEST_LINE
from covbot.formats.fields import numerals

HUGE = "9" * 1_000_000


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        (" 7 ", 7),
        ("+7", 7),
        ("007", 7),
        (str(HIGHEST_LINE), HIGHEST_LINE),
        (str(HIGHEST_LINE + 1), 0),
        ("0", 0),
        ("-3", 0),
        ("1.0", 0),
        ("1_0", 0),
        ("0x1", 0),
        ("", 0),
        ("+", 0),
        ("one", 0),
        ("\uff17", 0),
        ("+\u0667", 0),
        ("1,000", 0),
        (HUGE, 0),
        ("0" * 1000 + "1", 0),
    ],
)
def test_a_line_number_is_a_positive_integer(text: str, number: int) -> None:
    assert numerals.parse_line_number(text) == number


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("0", False),
        ("1", True),
        ("000", False),
        ("+5", True),
        (" 2 ", True),
        ("22767744704", True),
        (HUGE, True),
        ("0" * 1_000_000, False),
        ("0.0", False),
        ("1.5", True),
        (".5e3", True),
        ("-0", False),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        ("1_0", None),
        ("X", None),
        ("", None),
        (HUGE + ".5", None),
    ],
)
def test_hits_are_above_zero_or_zero_or_invalid(text: str, hit: bool | None) -> None:
    assert numerals.is_hit(text) is hit


@pytest.mark.parametrize(
    "text", ["1,000", "1 000", "1_0", "\uff11\uff12", "\u0661", "\u00b2", "0x1F", "2 times", "12%"]
)
def test_a_text_with_digits_that_is_no_number_is_garbled(text: str) -> None:
    assert numerals.is_hit(text) is None
    assert numerals.is_garbled(text)


@pytest.mark.parametrize("text", ["", "X", "-", "nan", "-inf", "-1", "1e999", "0", " 7 ", HUGE])
def test_a_number_is_not_garbled_nor_is_a_text_without_digits(text: str) -> None:
    assert not numerals.is_garbled(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1700000000000", dt.datetime(2023, 11, 14, 22, 13, 20, tzinfo=dt.UTC)),
        ("1700000000", dt.datetime(2023, 11, 14, 22, 13, 20, tzinfo=dt.UTC)),
        ("1700000000.5", dt.datetime(2023, 11, 14, 22, 13, 20, 500_000, tzinfo=dt.UTC)),
        ("0", None),
        ("-1700000000", None),
        ("", None),
        ("xx", None),
        ("1e30", None),
        (HUGE, None),
    ],
)
def test_a_timestamp_is_in_seconds_or_milliseconds_or_invalid(text: str, moment: dt.datetime | None) -> None:
    assert numerals.parse_timestamp(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-20T12:59:42.961056", dt.datetime(2024, 5, 21, 0, 59, 42, 961_056, tzinfo=dt.UTC)),
        ("2024-05-20T12:59:42+02:00", dt.datetime(2024, 5, 20, 10, 59, 42, tzinfo=dt.UTC)),
        ("1970-01-01", None),
        ("9999-12-31T23:59:59", None),
        ("yesterday", None),
        ("", None),
        (HUGE, None),
    ],
)
def test_a_time_without_a_zone_is_the_latest_possible(text: str, moment: dt.datetime | None) -> None:
    assert numerals.parse_iso_timestamp(text) == moment
