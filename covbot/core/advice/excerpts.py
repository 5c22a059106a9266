"""The few rows of a source text that show what never ran, and what stands around it."""

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
"""Rows of an excerpt at most."""

LEAST_ROWS = 5
"""Rows of an excerpt at least, if the text has as many."""

NEAR_ROWS = 5
"""So many rows between two stretches are shown, too."""

FAR_ROWS = 8
"""A line that a sentence speaks of is shown if it stands at most so many rows above."""

LONGEST_ROW = 400
"""Characters of a row that are kept: what is longer is cut."""


@frozen(kw_only=True)
class ExcerptRow:
    """One row: its number (0 for rows left out), its text without the indent that all have, whether it never ran."""

    number: int
    text: str
    missing: bool = False


@frozen(kw_only=True)
class _Window:
    """Rows from `first` to `last`."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def cut_excerpt(source: str, explanations: Sequence[Explanation]) -> tuple[ExcerptRow, ...]:
    """The rows around these stretches, in the order of the source; those that are close are joined."""
    rows = [row[:LONGEST_ROW].expandtabs() for row in quoting.split_rows(source)]
    missing = {line for explanation in explanations for line in explanation.lines}
    if not missing or max(missing) > len(rows):
        return ()
    ends = _find_ends(source)
    windows = [_trim(window, rows) for window in _bound(_choose(explanations, ends))]
    if len(windows) == 1:
        windows = [_widen(windows[0], len(rows))]
    shown = [number for window in windows for number in range(window.first, min(window.last, len(rows)) + 1)]
    indent = min((_indent(rows[number - 1]) for number in shown if rows[number - 1].strip()), default=0)
    cut_rows: list[ExcerptRow] = []
    for before, number in zip([shown[0] - 1, *shown], shown, strict=False):
        if number != before + 1:
            cut_rows.append(ExcerptRow(number=0, text="..."))
        cut_rows.append(ExcerptRow(number=number, text=rows[number - 1][indent:].rstrip(), missing=number in missing))
    return tuple(cut_rows)


def _find_ends(source: str) -> dict[int, int]:
    """First line of a statement over several lines -> its last line."""
    ends: dict[int, int] = {}
    for line, first in multiline.map_first_lines(source).items():
        ends[first] = max(line, ends.get(first, 0))
    return ends


def _frame(explanation: Explanation, ends: dict[int, int]) -> list[_Window]:
    """The rows of each run of a stretch, from the line that its sentence speaks of if that is near."""
    first = min(explanation.lines)
    start = explanation.line if 0 <= first - explanation.line <= FAR_ROWS and explanation.line else first
    whole = explanation.cause in {Cause.FUNCTION, Cause.MODULE}
    above = start if whole else _reach_up(max(start - 1, 1), ends)
    windows = [_Window(first=above, last=max(ends.get(first, first), start))]
    windows += [_Window(first=line, last=ends.get(line, line)) for line in explanation.lines]
    return windows


def _reach_up(line: int, ends: dict[int, int]) -> int:
    """The first line of the statement over several lines that ends at a line, if it is near; else the line itself."""
    return next((first for first in range(line - NEAR_ROWS, line) if ends.get(first) == line), line)


def _choose(explanations: Sequence[Explanation], ends: dict[int, int]) -> list[_Window]:
    """The rows of all stretches, and where they are few the lines far above that sentences speak of, too."""
    found = [window for explanation in explanations for window in _frame(explanation, ends)]
    said = {explanation.line for explanation in explanations if explanation.line}
    wide = _join([*found, *(_Window(first=line, last=ends.get(line, line)) for line in said)])
    return (
        wide
        if len(wide) <= MOST_ROWS // LEAST_ROWS and sum(window.size for window in wide) <= MOST_ROWS
        else _join(found)
    )


def _join(windows: Iterable[_Window]) -> list[_Window]:
    joined: list[_Window] = []
    for window in sorted(windows, key=lambda window: window.first):
        if joined and window.first - joined[-1].last <= NEAR_ROWS:
            joined[-1] = _Window(first=joined[-1].first, last=max(joined[-1].last, window.last))
        else:
            joined.append(window)
    return joined


def _bound(windows: Sequence[_Window]) -> list[_Window]:
    """As much of the windows, the first ones first, as there is room; each gets its share, and what others leave."""
    kept: list[_Window] = []
    windows, room = windows[: MOST_ROWS // LEAST_ROWS], MOST_ROWS
    for index, window in enumerate(windows):
        later = sum(min(other.size, LEAST_ROWS) for other in windows[index + 1 :])
        size = min(window.size, room - later)
        kept.append(_Window(first=window.first, last=window.first + size - 1))
        room -= size
    return kept


def _trim(window: _Window, rows: Sequence[str]) -> _Window:
    """The window without empty rows at its ends."""
    first, last = window.first, window.last
    while last > first and not rows[last - 1].strip():
        last -= 1
    while first < last and not rows[first - 1].strip():
        first += 1
    return _Window(first=first, last=last)


def _widen(window: _Window, count: int) -> _Window:
    while window.size < min(LEAST_ROWS, count):
        before = window.first > 1 and (window.size % 2 == 0 or window.last >= count)
        window = _Window(first=window.first - before, last=window.last + (not before))
    return window


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def count_omitted(rows: Sequence[ExcerptRow], lines: Lines) -> int:
    """How many of the missing lines an excerpt does not show."""
    return len(set(lines) - {row.number for row in rows})
