"""Make reports from pictures: one character a line, `.` ran, `x` did not, anything else is no statement."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax import saxutils

from covbot.core import coverage
from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Mapping


def make_file_coverage(picture: str) -> coverage.FileCoverage:
    """Return the coverage of a file: `"..x"` has three statements, of which the third did not run."""
    marks = list(enumerate(picture, start=1))
    return coverage.FileCoverage(
        statements=Lines.of(line for line, mark in marks if mark in ".x"),
        missing=Lines.of(line for line, mark in marks if mark == "x"),
    )


def make_report(pictures: Mapping[str, str]) -> coverage.Report:
    """Return a report of these files, path -> picture."""
    return coverage.Report(files={path: make_file_coverage(picture) for path, picture in sorted(pictures.items())})


def make_xml(pictures: Mapping[str, str]) -> bytes:
    """Return the same report as Cobertura XML, with the files in the given order."""
    classes = "".join(_format_class(path, picture) for path, picture in pictures.items())
    inside = f"<packages><package><classes>{classes}</classes></package></packages>"
    return f'<coverage version="7.17.3">{inside}</coverage>'.encode()


def _format_class(path: str, picture: str) -> str:
    lines = "".join(
        f'<line number="{line}" hits="{int(mark == ".")}"/>'
        for line, mark in enumerate(picture, start=1)
        if mark in ".x"
    )
    return f"<class filename={saxutils.quoteattr(path)}><methods/><lines>{lines}</lines></class>"
