"""The line of a bug's text from which a lost ledger is rebuilt: where the task was, and a checksum of the text."""

from __future__ import annotations

import hashlib
import json
import re

from attrs import frozen

from covbot.core import lines
from covbot.core.bugs import footers, limits
from covbot.core.lines import Lines

LONGEST_LINE = 4_000
"""The most characters of the line; a marker that needs more is written without its regions, or not at all."""

_START = "covbot task: "
LONGEST_MARKER = LONGEST_LINE + len(_START) + 2
"""The most characters of the line with its beginning and the line ends before it."""

_LINE = re.compile(rf"^{_START}(\{{.*\}})[ \t]*$", re.MULTILINE)
_TITLE = re.compile(rf'(^{_START}\{{.*"title":")[0-9a-f]{{8}}(?=")', re.MULTILINE)
_RANGES = re.compile(r"(\d{1,9}(-\d{1,9})?(, ?\d{1,9}(-\d{1,9})?)*)?")
_MOST_LINES = 1_000_000


@frozen(kw_only=True)
class Marker:
    """The path, regions and missing lines of a task when its text was written, at a revision if that is known.

    `project` is the project that it was written for, by which a search finds the text, and `title` a checksum of the
    title; both are empty in older texts. `untouched` is whether the whole text but its footer is what covbot wrote.
    """

    path: str
    regions: tuple[str, ...]
    lines: Lines
    revision: str | None = None
    project: str = ""
    title: str = ""
    untouched: bool = True

    def fits_title(self, title: str) -> bool:
        """Whether covbot wrote a title together with the text of the marker."""
        return bool(self.title) and self.title == compute_title_sum(title)


def add_marker(body: str, marker: Marker) -> str:
    """Return the body with the line of its marker below it; the body alone if the line would be too long."""
    fields: dict[str, object] = {"path": marker.path, "lines": lines.format_ranges(marker.lines).replace(" ", "")}
    known = {"at": marker.revision, "for": marker.project, "title": marker.title}
    fields |= {"sum": _compute_checksum(body)} | {name: value for name, value in known.items() if value}
    for regions in (marker.regions, ()):
        # Without blanks and double slashes no name in it can look like text that a tracker turns into a link.
        line = json.dumps(fields | {"regions": regions}, separators=(",", ":"))
        line = line.replace(" ", r"\u0020").replace("//", r"/\u002f")
        if len(line) <= LONGEST_LINE:
            return f"{body}\n\n{_START}{line}"
    return body


def sign_title(description: str, title: str) -> str:
    """Return a description whose marker has the checksum of this title, if it has one of a title."""
    found = list(_TITLE.finditer(description))
    if not found:
        return description
    return f"{description[: found[-1].end(1)]}{compute_title_sum(title)}{description[found[-1].end() :]}"


def parse_marker(description: str) -> Marker | None:
    """Return the last marker in a description, None without one that can be read."""
    text = limits.fit_description(description)
    found = list(_LINE.finditer(text))
    if not found:
        return None
    try:
        fields = json.loads(found[-1][1])
        above, below = text[: found[-1].start()], text[found[-1].end() :].strip()
        return Marker(
            path=_require_text(fields["path"]),
            regions=tuple(map(_require_text, fields["regions"])),
            lines=_parse_lines(fields["lines"]),
            revision=_require_text(fields["at"]) if "at" in fields else None,
            project=_require_text(fields.get("for", "")),
            title=_require_text(fields.get("title", "")),
            untouched=fields["sum"] == _compute_checksum(above) and (not below or str(footers.parse(below)) == below),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _compute_checksum(body: str) -> str:
    return hashlib.sha256(limits.fit_description(body).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def compute_title_sum(title: str) -> str:
    """Return the checksum of a title as a tracker stores it."""
    return _compute_checksum(limits.fit_title(title))


def _require_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _parse_lines(value: object) -> Lines:
    text = _require_text(value)
    if not _RANGES.fullmatch(text):
        raise ValueError(text)
    ranges = (part.partition("-") for part in text.replace(" ", "").split(",") if part)
    numbers = [range(int(low), int(high or low) + 1) for low, _, high in ranges]
    if sum(map(len, numbers)) > _MOST_LINES:
        raise ValueError(text)
    return Lines.of(number for run in numbers for number in run)
