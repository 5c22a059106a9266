"""What a file is, by its first bytes, or by the first elements of XML."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD_BYTES: Final = 1024
"""How many of the first bytes `tell` looks at."""


class FileKind(enum.Enum):
    """What covbot reads, as far as the first bytes tell."""

    XML = enum.auto()
    JSON = enum.auto()
    LCOV = enum.auto()
    DATA = enum.auto()


_SAY_XML: Final = "say `coverage xml` where the tests ran, with the source at hand that tells the statements"
_BEGINNINGS: Final[tuple[tuple[bytes, FileKind | str], ...]] = (
    (b"{", FileKind.JSON),
    (b"TN:", FileKind.LCOV),
    (b"SF:", FileKind.LCOV),
    (b"\x1f\x8b", "is packed more than once; unpack it, covbot takes off one layer of gzip or xz"),
    (b"\xfd7zXZ\x00", "is packed more than once; unpack it, covbot takes off one layer of gzip or xz"),
    (b"BZh", "is packed by bzip2; unpack it, covbot takes off gzip and xz alone"),
    (b"PK\x03\x04", "is a zip archive; give the one report in it"),
    (b"PK\x05\x06", "is an empty zip archive"),
    (b"SQLite format 3\x00", FileKind.DATA),
    (b"!coverage.py: This is a private format", f"is coverage.py 4's data, not a report: {_SAY_XML}"),
    (b"version https://git-lfs", "is a git LFS pointer, not the report; get it by `git lfs pull`"),
    (b"\x80", "is binary, perhaps a pickle, which covbot never loads"),
    (b"mode: ", "is a Go cover profile"),
    (b"[", "is JSON, but no report of coverage.py"),
    (b"diff --git ", "is a patch, not a file"),
    (b"--- ", "is a patch, not a file"),
    (b"<<<<<<< ", "holds an unresolved git conflict"),
)
_HTML: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)

ROOTS: Final = {
    "report": "is a JaCoCo report",
    "testsuite": "is a JUnit report (its root is testsuite), not coverage",
    "testsuites": "is a JUnit report (its root is testsuites), not coverage",
    "CoverageSession": "is an OpenCover report",
    "Root": "is a dotCover report",
    "scoverage": "is a report of scoverage's own form",
    "results": "is a Visual Studio coverage report",
    "html": "is an HTML page, perhaps a login page",
}
"""Roots of other XML, and what it is."""

_NCOVER: Final = "is an NCover report"
_CLOVER: Final = "is a Clover report"
_BELOW_COVERAGE: Final = {"module": _NCOVER, "project": _CLOVER, "testproject": _CLOVER}


def detect_kind(head: bytes) -> FileKind | str:
    """What a file is that begins like this; of what covbot does not read, the words after its name."""
    text = head.strip()
    if not text:
        return "is empty"
    if _HTML.match(text):
        return ROOTS["html"]
    for beginning, what in _BEGINNINGS:
        if text.startswith(beginning):
            return what
    return FileKind.XML if text.startswith(b"<") else "is no XML: line 1 does not begin with <"


def name_root(tag: str, attributes: Mapping[str, str], below: str | None) -> str | None:
    """What XML of this root is, in which the element `below` tells the kind; None if it may be Cobertura's."""
    if tag != "coverage":
        return ROOTS.get(tag, "is XML, but of no kind that covbot knows")
    if "profilerVersion" in attributes:
        return _NCOVER
    if "clover" in attributes or "generated" in attributes:
        return _CLOVER
    return "is XML in which nothing says Cobertura" if below is None else _BELOW_COVERAGE.get(below)
