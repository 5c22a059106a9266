"""Detect the kind of a file from its first bytes, or from the first elements of XML."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD_BYTES: Final = 1024
"""The number of first bytes that `detect_kind` needs."""


class FileKind(enum.Enum):
    """The kinds of files that covbot reads, as far as the first bytes show."""

    XML = enum.auto()
    JSON = enum.auto()
    LCOV = enum.auto()
    DATA = enum.auto()


_XML_ADVICE: Final = "say `coverage xml` where the tests ran, with the source at hand that tells the statements"
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
    (b"!coverage.py: This is a private format", f"is coverage.py 4's data, not a report: {_XML_ADVICE}"),
    (b"version https://git-lfs", "is a git LFS pointer, not the report; get it by `git lfs pull`"),
    (b"\x80", "is binary, perhaps a pickle, which covbot never loads"),
    (b"mode: ", "is a Go cover profile"),
    (b"[", "is JSON, but no report of coverage.py"),
    (b"diff --git ", "is a patch, not a file"),
    (b"--- ", "is a patch, not a file"),
    (b"<<<<<<< ", "holds an unresolved git conflict"),
)
_HTML: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)

OTHER_ROOTS: Final = {
    "report": "is a JaCoCo report",
    "testsuite": "is a JUnit report (its root is testsuite), not coverage",
    "testsuites": "is a JUnit report (its root is testsuites), not coverage",
    "CoverageSession": "is an OpenCover report",
    "Root": "is a dotCover report",
    "scoverage": "is a report of scoverage's own form",
    "results": "is a Visual Studio coverage report",
    "html": "is an HTML page, perhaps a login page",
}
"""The root elements of other XML, and the description of such a file, as the predicate of a sentence."""

_NCOVER: Final = "is an NCover report"
_CLOVER: Final = "is a Clover report"
_BELOW_COVERAGE: Final = {"module": _NCOVER, "project": _CLOVER, "testproject": _CLOVER}


def detect_kind(head: bytes) -> FileKind | str:
    """Return the kind of a file with these first bytes; if covbot does not read it, its description as a predicate."""
    text = head.strip()
    if not text:
        return "is empty"
    if _HTML.match(text):
        return OTHER_ROOTS["html"]
    for beginning, what in _BEGINNINGS:
        if text.startswith(beginning):
            return what
    return FileKind.XML if text.startswith(b"<") else "is no XML: line 1 does not begin with <"


def describe_root(tag: str, attributes: Mapping[str, str], below: str | None) -> str | None:
    """Return the description of XML with this root, as a predicate; None if nothing speaks against Cobertura.

    `below` is the first element below the root that shows the kind, None if there is none.
    """
    if tag != "coverage":
        return OTHER_ROOTS.get(tag, "is XML, but of no kind that covbot knows")
    if "profilerVersion" in attributes:
        return _NCOVER
    if "clover" in attributes or "generated" in attributes:
        return _CLOVER
    return _BELOW_COVERAGE.get(below or "")
