"""The text of a bug as somebody pasted it into a file: which lines of which file it asks for, and at which revision."""

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
"""Characters of a row that are looked at; covbot writes at most a hundred, but for addresses and commands."""

LONGEST_SENTENCE = 2000
"""Characters of the first sentence that are looked at."""

HIGHEST_LINE = 10**7
"""The highest line number that is believed."""

MOST_LINES = 10**5
"""So many lines are taken at most."""

MOST_ROWS = 100
"""So many rows of an excerpt are taken at most; covbot shows a quarter of them."""

_SENTENCE = re.compile(r"\bno test of ", re.IGNORECASE)
_COUNT = re.compile(r" runs ([0-9,]{1,12}) statements? of ")
_REVISION = re.compile(r" ?\(at revision ([^\s()]{1,200})\)$")
_END = re.compile(r":(?:\s|$)")
_LINES = re.compile(r" *lines? ([0-9][0-9, -]*)")
_MORE = re.compile(r" *[0-9][0-9, -]*$")
_ROW = re.compile(r"[ \t]{0,20}(>?)[ \t]{1,20}([0-9]{1,7})(?:  (.*))?$")
_COMMIT = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])")
_SHORT = re.compile(r"[0-9a-f]{7,64}")
_ESCAPED = re.compile(r"\\x([0-9a-f]{2})")
_BREAK = re.compile(r"\r\n|\r|\n")
_CLIPPED = "..."


@frozen(kw_only=True)
class BugText:
    """What a bug's text asks for: `lines` of a file, of `statements` that it counts.

    `revisions` are the names of the commit at which they are numbered, the surest first; `rows` those of the excerpt.
    """

    path: str
    lines: Lines
    statements: int
    revisions: tuple[str, ...] = ()
    rows: tuple[ExcerptRow, ...] = ()


def parse_bug_text(text: str) -> BugText | None:
    """What a text asks for by covbot's mark in it, else by covbot's words; None of one that names no lines so."""
    text = text.replace("\N{NO-BREAK SPACE}", " ")  # so a page of a tracker may keep what a row begins with
    said, mark = _read_words(text), parse_marker(text)
    if mark is None or not mark.path or not mark.lines:
        return said
    return BugText(
        path=mark.path,
        lines=mark.lines,
        statements=len(mark.lines),
        revisions=_name_revisions(text, mark.revision or ""),
        rows=said.rows if said and said.path == mark.path else (),
    )


def _read_words(text: str) -> BugText | None:
    found = _SENTENCE.search(text)
    if found is None:
        return None
    said = " ".join(text[found.end() : found.end() + LONGEST_SENTENCE].split())
    count, end = _COUNT.search(said), _END.search(text, found.end(), found.end() + LONGEST_SENTENCE)
    if count is None or end is None:
        return None
    about = said[count.end() :]
    about = about[: at.start()] if (at := _END.search(about)) else about
    about = about.partition(", as of ")[0]
    revision = _REVISION.search(about)
    path = (about[: revision.start()] if revision else about).rpartition(" in ")[2]
    rows = [row[:LONGEST_ROW] for row in itertools.takewhile(_is_before_the_end, _BREAK.split(text[end.end() :]))]
    named = Lines.of(itertools.islice(_numbers(rows), MOST_LINES))
    if not path or not named:
        return None
    return BugText(
        path=path,
        lines=named,
        statements=int(count[1].replace(",", "") or 0),
        revisions=_name_revisions(text, revision[1] if revision else ""),
        rows=tuple(itertools.islice(_excerpt(rows), MOST_ROWS)),
    )


def _name_revisions(text: str, told: str) -> tuple[str, ...]:
    """The commits of the addresses in a text that the one in its first sentence may be short for, and that one itself.

    The name of a branch or tag is none: it may be another commit by now.
    """
    whole = [commit for commit in dict.fromkeys(_COMMIT.findall(text)) if commit.startswith(told)]
    return (*whole[:3], *([told] if _SHORT.fullmatch(told) and told not in whole[:3] else []))


def _is_before_the_end(row: str) -> bool:
    return not row.lstrip().startswith(("Done when", "covbot: "))


def _numbers(rows: Sequence[str]) -> Iterator[int]:
    """The line numbers that rows of reasons, or a row without any, begin with; a long list goes on in the next row."""
    goes_on = False
    for row in rows:
        found = _LINES.match(row) if row.startswith("  ") else None
        told = found[1] if found else row.strip() if goes_on and _MORE.match(row) else ""
        goes_on = bool(told) and row.rstrip().endswith(",")
        for span in told.split(","):
            low, _, high = (part.strip() for part in span.partition("-"))
            if low.isdecimal() and len(low) <= len(str(HIGHEST_LINE)):
                last = int(high) if high.isdecimal() and len(high) <= len(str(HIGHEST_LINE)) else int(low)
                yield from range(max(int(low), 1), min(last, HIGHEST_LINE) + 1)


def _excerpt(rows: Sequence[str]) -> Iterator[ExcerptRow]:
    for row in rows:
        if (found := _ROW.match(row)) and int(found[2]):
            yield ExcerptRow(number=int(found[2]), text=found[3] or "", missing=bool(found[1]))


def follow_excerpt(asked: BugText, now: str) -> Lines | None:
    """Where the lines lie in a text, found by the rows that the bug shows; None where that is not to be told surely."""
    forms = [_form(row) for row in quoting.split_rows(now)]
    shifts: dict[int, int] = {}
    for window in _windows(asked.rows):
        shift = _shift(window, forms)
        if shift is None:
            return None
        shifts.update((row.number, shift) for row in window)
    alike = set(shifts.values())
    if not alike or (len(alike) > 1 and not set(asked.lines) <= shifts.keys()):
        return None
    moved = [line + shifts.get(line, min(alike)) for line in asked.lines]
    return Lines.of(moved) if all(line > 0 for line in moved) else None


def _windows(rows: Sequence[ExcerptRow]) -> Iterator[list[ExcerptRow]]:
    """The rows of an excerpt that stand together."""
    for _, found in itertools.groupby(enumerate(rows), key=lambda pair: pair[1].number - pair[0]):
        yield [row for _, row in found]


def _shift(window: Sequence[ExcerptRow], forms: Sequence[str]) -> int | None:
    """By how many lines a window lies lower in a text: by none if it is there as it was, else in one other place."""
    first = window[0].number - 1
    wanted = [_form(row.text) for row in window]
    places = [first, *range(len(forms) - len(wanted) + 1)]
    found = [place for place in places if _lies(wanted, forms[place : place + len(wanted)])]
    if found and found[0] == first:
        return 0
    return found[0] - first if len(found) == 1 else None


def _lies(wanted: Sequence[str], there: Sequence[str]) -> bool:
    return len(wanted) == len(there) and all(
        form == shown or (shown.endswith(_CLIPPED) and form.startswith(shown.removesuffix(_CLIPPED)))
        for shown, form in zip(wanted, there, strict=True)
    )


def _form(row: str) -> str:
    """A row without its blanks and covbot's escapes, which do not tell rows apart."""
    return "".join(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), row).split())
