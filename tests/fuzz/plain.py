"""Read Cobertura XML in the simplest way, by the standard library's tree, for comparison."""

from __future__ import annotations

import io
import math
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 40
"""The most characters of a number that is no integer, or of which the value is needed."""

_INTEGER = re.compile(r"\s*\+?[0-9]+\s*")
_NUMBER = re.compile(r"\s*[+-]?(?=[0-9]|\.[0-9])[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?\s*")

Lines = dict[int, bool]
"""Statement -> whether it has a hit."""


@define
class _Class:
    """An open class: its filename, its own lines, its methods' lines, and how deep in methods the reader is."""

    filename: str | None = None
    own_lines: Lines = field(factory=dict)
    method_lines: Lines = field(factory=dict)
    method_depth: int = 0


def read(data: bytes) -> dict[str, tuple[list[int], list[int]]]:
    """Return the statements and missing lines by file.

    Raise ParseError or another ValueError if the tree cannot parse the data. Lines after a class that lies in another
    one belong to no class, because the outer class has ended by then.
    """
    files: dict[str, Lines] = {}
    current = _Class()
    for event, element in ET.iterparse(io.BytesIO(data), ("start", "end")):  # noqa: S314 -- hostile data is the point
        ends = event == "end"
        match element.tag:
            case "line" if not ends:
                _count_line(element.attrib, current.method_lines if current.method_depth else current.own_lines)
            case "method" | "methods":
                current.method_depth += -1 if ends else 1
            case "class":
                _close_class(current, files)
                filename = element.get("filename", "")
                current = _Class(filename if filename.strip() and not ends else None)
            case _:
                pass
    return {
        name: (sorted(lines), sorted(number for number, hit in lines.items() if not hit))
        for name, lines in files.items()
    }


def _count_line(attributes: Mapping[str, str], lines: Lines) -> None:
    hits = attributes.get("hits", "")
    if (number := _parse_line_number(attributes.get("number", ""))) and not _is_garbled(hits):
        lines[number] = lines.get(number, False) or _is_hit(hits)


def _parse_line_number(text: str) -> int:
    try:
        number = int(text) if len(text) <= LONGEST and text.strip().isascii() and "_" not in text else 0
    except ValueError:
        return 0
    return number if 0 < number < 2**32 else 0


def _is_garbled(text: str) -> bool:
    return any(map(str.isnumeric, text)) and not _NUMBER.fullmatch(text)


def _is_hit(text: str) -> bool:
    if _INTEGER.fullmatch(text):
        return any(digit in text for digit in "123456789")
    try:
        value = float(text) if len(text.strip()) <= LONGEST and text.strip().isascii() and "_" not in text else 0
    except ValueError:
        return False
    return 0 < value < math.inf


def _close_class(current: _Class, files: dict[str, Lines]) -> None:
    if current.filename is not None:
        lines = files.setdefault(current.filename, {})
        for number, hit in (current.own_lines or current.method_lines).items():
            lines[number] = lines.get(number, False) or hit
