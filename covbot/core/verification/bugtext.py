"""The parser of bug texts that somebody pasted into a file: path, line numbers and revision of the missing lines."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.advice.excerpts import ExcerptRow
from covbot.core.bugs.marker import parse_marker
from covbot.core.lines import Lines
from covbot.core.source import quoting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_ROW = 500
"""The number of characters of a row that are read; covbot writes at most a hundred, but for addresses and commands."""

LONGEST_SENTENCE = 2000
"""The number of characters of the first sentence that are read."""

HIGHEST_LINE = 10**7
"""The highest line number that is accepted."""

MOST_LINES = 10**5
"""The maximum number of lines that are read."""

MOST_ROWS = 100
"""The maximum number of rows of an excerpt that are read; covbot shows a quarter of them."""

_SENTENCE = re.compile(r"\bno test of ", re.IGNORECASE)
_COUNT = re.compile(r" runs ([0-9,]{1,12}) statements? of ")
_REVISION = re.compile(r" ?\(at revision ([^\s()]{1,200})\)$")
_END = re.compile(r":(?:\s|$)")
_LINES = re.compile(r" *lines? ([0-9][0-9, -]*)")
_MORE_LINES = re.compile(r" *[0-9][0-9, -]*$")
_ROW = re.compile(r"[ \t]{0,20}(>?)[ \t]{1,20}([0-9]{1,7})(?:  (.*))?$")
_COMMIT = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])")
_SHORT_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_ESCAPED = re.compile(r"\\x([0-9a-f]{2})")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_CUT_MARK = "..."


@frozen(kw_only=True)
class BugText:
    """The content of a bug text: the `lines` of a file that it lists, and the number of `statements` that it gives.

    `revisions` are names of the commit at which the lines are numbered, the most certain first. `rows` are the rows of
    the excerpt.
    """

    path: str
    lines: Lines
    statements: int
    revisions: tuple[str, ...] = ()
    rows: tuple[ExcerptRow, ...] = ()


def parse_bug_text(text: str) -> BugText | None:
    """Return the content of a bug text, by covbot's marker or else by covbot's words. None if it lists no lines."""
    text = text.replace("\N{NO-BREAK SPACE}", " ")  # a page of a tracker may keep the indent of a row in this form
    described, marker = _parse_sentence(text), parse_marker(text)
    if marker is None or not marker.path or not marker.lines:
        return described
    return BugText(
        path=marker.path,
        lines=marker.lines,
        statements=len(marker.lines),
        revisions=_name_revisions(text, marker.revision or ""),
        rows=described.rows if described and described.path == marker.path else (),
    )


def _parse_sentence(text: str) -> BugText | None:
    found = _SENTENCE.search(text)
    if found is None:
        return None
    sentence = " ".join(text[found.end() : found.end() + LONGEST_SENTENCE].split())
    count, end = _COUNT.search(sentence), _END.search(text, found.end(), found.end() + LONGEST_SENTENCE)
    if count is None or end is None:
        return None
    about = sentence[count.end() :]
    about = about[: at.start()] if (at := _END.search(about)) else about
    about = about.partition(", as of ")[0]
    revision = _REVISION.search(about)
    path = (about[: revision.start()] if revision else about).rpartition(" in ")[2]
    rows = [row[:LONGEST_ROW] for row in itertools.takewhile(_is_before_the_end, _LINE_BREAK.split(text[end.end() :]))]
    named = Lines.of(itertools.islice(_read_line_numbers(rows), MOST_LINES))
    if not path or not named:
        return None
    return BugText(
        path=path,
        lines=named,
        statements=int(count[1].replace(",", "") or 0),
        revisions=_name_revisions(text, revision[1] if revision else ""),
        rows=tuple(itertools.islice(_read_excerpt(rows), MOST_ROWS)),
    )


def _name_revisions(text: str, named: str) -> tuple[str, ...]:
    """Return the commits in the addresses of a text that begin with the named revision, and that revision itself.

    The name of a branch or tag is left out, since it may name another commit by now.
    """
    whole = [commit for commit in dict.fromkeys(_COMMIT.findall(text)) if commit.startswith(named)]
    return (*whole[:3], *([named] if _SHORT_COMMIT.fullmatch(named) and named not in whole[:3] else []))


def _is_before_the_end(row: str) -> bool:
    return not row.lstrip().startswith(("Done when", "covbot: "))


def _read_line_numbers(rows: Sequence[str]) -> Iterator[int]:
    """Yield the line numbers that rows of reasons, or rows without any, begin with.

    A long list of numbers continues in the next row.
    """
    continues = False
    for row in rows:
        found = _LINES.match(row) if row.startswith("  ") else None
        listed = found[1] if found else row.strip() if continues and _MORE_LINES.match(row) else ""
        continues = bool(listed) and row.rstrip().endswith(",")
        for span in listed.split(","):
            low, _, high = (part.strip() for part in span.partition("-"))
            if low.isdecimal() and len(low) <= len(str(HIGHEST_LINE)):
                last = int(high) if high.isdecimal() and len(high) <= len(str(HIGHEST_LINE)) else int(low)
                yield from range(max(int(low), 1), min(last, HIGHEST_LINE) + 1)


def _read_excerpt(rows: Sequence[str]) -> Iterator[ExcerptRow]:
    for row in rows:
        if (found := _ROW.match(row)) and int(found[2]):
            yield ExcerptRow(number=int(found[2]), text=found[3] or "", missing=bool(found[1]))


def follow_excerpt(asked: BugText, now: str) -> Lines | None:
    """Return the lines as numbered in a text, found by the rows that the bug shows; None if that is not certain."""
    normalized = [_normalize_row(row) for row in quoting.split_rows(now)]
    shifts: dict[int, int] = {}
    for window in _split_windows(asked.rows):
        shift = _find_shift(window, normalized)
        if shift is None:
            return None
        shifts.update((row.number, shift) for row in window)
    distinct = set(shifts.values())
    if not distinct or (len(distinct) > 1 and not set(asked.lines) <= shifts.keys()):
        return None
    moved = [line + shifts.get(line, min(distinct)) for line in asked.lines]
    return Lines.of(moved) if all(line > 0 for line in moved) else None


def _split_windows(rows: Sequence[ExcerptRow]) -> Iterator[list[ExcerptRow]]:
    """Yield the groups of consecutive rows of an excerpt."""
    for _, found in itertools.groupby(enumerate(rows), key=lambda pair: pair[1].number - pair[0]):
        yield [row for _, row in found]


def _find_shift(window: Sequence[ExcerptRow], normalized: Sequence[str]) -> int | None:
    """Return the number of lines by which a window moved down in a text: 0 if it is still there.

    None if it is in no other place, or in several.
    """
    first = window[0].number - 1
    wanted = [_normalize_row(row.text) for row in window]
    indices = [first, *range(len(normalized) - len(wanted) + 1)]
    found = [index for index in indices if _matches_rows(wanted, normalized[index : index + len(wanted)])]
    if found and found[0] == first:
        return 0
    return found[0] - first if len(found) == 1 else None


def _matches_rows(wanted: Sequence[str], there: Sequence[str]) -> bool:
    return len(wanted) == len(there) and all(
        row == shown or (shown.endswith(_CUT_MARK) and row.startswith(shown.removesuffix(_CUT_MARK)))
        for shown, row in zip(wanted, there, strict=True)
    )


def _normalize_row(row: str) -> str:
    """Return a row without blanks and with covbot's escapes replaced, since these do not distinguish rows."""
    return "".join(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), row).split())
