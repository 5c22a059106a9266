"""Excerpts of a source text: the few rows that show which lines never ran, and the rows around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.advice.explanations import Cause
from covbot.core.source import multiline, quoting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from covbot.core.advice.explanations import Explanation
    from covbot.core.lines import Lines

MOST_ROWS = 25
"""The maximum number of rows of an excerpt."""

LEAST_ROWS = 5
"""The minimum number of rows of an excerpt, if the text has so many."""

NEAR_ROWS = 5
"""The number of rows between two windows up to which these rows are shown, too."""

FAR_ROWS = 8
"""The number of rows above a window up to which the line that its explanation names is part of the window."""

LONGEST_ROW = 400
"""The number of characters of a row that are kept."""


@frozen(kw_only=True)
class ExcerptRow:
    """A row: its number (0 for omitted rows), its text without the common indent, and whether it never ran."""

    number: int
    text: str
    missing: bool = False


@frozen(kw_only=True)
class _Window:
    """The rows from `first` to `last`."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def cut_excerpt(source: str, explanations: Sequence[Explanation]) -> tuple[ExcerptRow, ...]:
    """Return the rows around the lines of these explanations, in source order. Windows that are close are joined."""
    rows = [row[:LONGEST_ROW].expandtabs() for row in quoting.split_rows(source)]
    missing = {line for explanation in explanations for line in explanation.lines}
    if not missing or max(missing) > len(rows):
        return ()
    ends = _find_ends(source)
    windows = [_trim_window(window, rows) for window in _limit_windows(_choose_windows(explanations, ends))]
    if len(windows) == 1:
        windows = [_widen_window(windows[0], len(rows))]
    shown = [number for window in windows for number in range(window.first, min(window.last, len(rows)) + 1)]
    indent = min((_measure_indent(rows[number - 1]) for number in shown if rows[number - 1].strip()), default=0)
    cut_rows: list[ExcerptRow] = []
    for before, number in zip([shown[0] - 1, *shown], shown, strict=False):
        if number != before + 1:
            cut_rows.append(ExcerptRow(number=0, text="..."))
        cut_rows.append(ExcerptRow(number=number, text=rows[number - 1][indent:].rstrip(), missing=number in missing))
    return tuple(cut_rows)


def _find_ends(source: str) -> dict[int, int]:
    """Return first line -> last line of each statement of several lines."""
    ends: dict[int, int] = {}
    for line, first in multiline.map_first_lines(source).items():
        ends[first] = max(line, ends.get(first, 0))
    return ends


def _list_windows(explanation: Explanation, ends: dict[int, int]) -> list[_Window]:
    """Return the windows of an explanation, the first one from the line that its sentence names if that is near."""
    first = min(explanation.lines)
    start = explanation.line if 0 <= first - explanation.line <= FAR_ROWS and explanation.line else first
    whole = explanation.cause in {Cause.FUNCTION, Cause.MODULE}
    above = start if whole else _find_statement_start(max(start - 1, 1), ends)
    windows = [_Window(first=above, last=max(ends.get(first, first), start))]
    windows += [_Window(first=line, last=ends.get(line, line)) for line in explanation.lines]
    return windows


def _find_statement_start(line: int, ends: dict[int, int]) -> int:
    """Return the first line of the statement of several lines that ends at a line, if it is near, else the line."""
    return next((first for first in range(line - NEAR_ROWS, line) if ends.get(first) == line), line)


def _choose_windows(explanations: Sequence[Explanation], ends: dict[int, int]) -> list[_Window]:
    """Return the windows of all explanations, and if there is room also of the lines far above that sentences name."""
    found = [window for explanation in explanations for window in _list_windows(explanation, ends)]
    mentioned = {explanation.line for explanation in explanations if explanation.line}
    wide = _join_windows([*found, *(_Window(first=line, last=ends.get(line, line)) for line in mentioned)])
    return (
        wide
        if len(wide) <= MOST_ROWS // LEAST_ROWS and sum(window.size for window in wide) <= MOST_ROWS
        else _join_windows(found)
    )


def _join_windows(windows: Iterable[_Window]) -> list[_Window]:
    joined: list[_Window] = []
    for window in sorted(windows, key=lambda window: window.first):
        if joined and window.first - joined[-1].last <= NEAR_ROWS:
            joined[-1] = _Window(first=joined[-1].first, last=max(joined[-1].last, window.last))
        else:
            joined.append(window)
    return joined


def _limit_windows(windows: Sequence[_Window]) -> list[_Window]:
    """Return as much of the windows, first ones first, as an excerpt may show.

    Each gets its share of the rows, and the rows that others do not need.
    """
    kept: list[_Window] = []
    windows, remaining = windows[: MOST_ROWS // LEAST_ROWS], MOST_ROWS
    for index, window in enumerate(windows):
        later = sum(min(other.size, LEAST_ROWS) for other in windows[index + 1 :])
        size = min(window.size, remaining - later)
        kept.append(_Window(first=window.first, last=window.first + size - 1))
        remaining -= size
    return kept


def _trim_window(window: _Window, rows: Sequence[str]) -> _Window:
    """Return the window without empty rows at its ends."""
    first, last = window.first, window.last
    while last > first and not rows[last - 1].strip():
        last -= 1
    while first < last and not rows[first - 1].strip():
        first += 1
    return _Window(first=first, last=last)


def _widen_window(window: _Window, count: int) -> _Window:
    while window.size < min(LEAST_ROWS, count):
        before = window.first > 1 and (window.size % 2 == 0 or window.last >= count)
        window = _Window(first=window.first - before, last=window.last + (not before))
    return window


def _measure_indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def count_omitted(rows: Sequence[ExcerptRow], lines: Lines) -> int:
    """Return the number of missing lines that an excerpt does not show."""
    return len(set(lines) - {row.number for row in rows})
