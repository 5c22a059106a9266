"""Cobertura XML read in the plainest way, by the standard library's tree, to compare with."""

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
"""The most characters of a number that is no integer, or whose value counts."""

_INTEGER = re.compile(r"\s*\+?[0-9]+\s*")

Lines = dict[int, bool]
"""Statement -> whether it has a hit."""


@define
class _Class:
    """An open class: its filename, its own lines, its methods' lines, and how deep in methods the reading is."""

    filename: str | None = None
    own: Lines = field(factory=dict)
    inherited: Lines = field(factory=dict)
    methods: int = 0


def read(data: bytes) -> dict[str, tuple[list[int], list[int]]]:
    """File -> statements and missing lines; ParseError or another ValueError if this is no XML for the tree.

    Lines behind a class that lies in another one belong to none, as the other has ended by then.
    """
    files: dict[str, Lines] = {}
    current = _Class()
    for event, element in ET.iterparse(io.BytesIO(data), ("start", "end")):  # noqa: S314 -- hostile data is the point
        ends = event == "end"
        match element.tag:
            case "line" if not ends:
                _count(element.attrib, current.inherited if current.methods else current.own)
            case "method" | "methods":
                current.methods += -1 if ends else 1
            case "class":
                _close(current, files)
                current = _Class() if ends else _Class(element.get("filename"))
            case _:
                pass
    return {
        name: (sorted(lines), sorted(number for number, hit in lines.items() if not hit))
        for name, lines in files.items()
    }


def _count(said: Mapping[str, str], lines: Lines) -> None:
    if number := _to_line(said.get("number", "")):
        lines[number] = lines.get(number, False) or _is_hit(said.get("hits", ""))


def _to_line(text: str) -> int:
    try:
        number = int(text) if len(text) <= LONGEST and "_" not in text else 0
    except ValueError:
        return 0
    return number if 0 < number < 2**32 else 0


def _is_hit(text: str) -> bool:
    if _INTEGER.fullmatch(text):
        return any(digit in text for digit in "123456789")
    try:
        value = float(text) if len(text.strip()) <= LONGEST and text.strip().isascii() and "_" not in text else 0
    except ValueError:
        return False
    return 0 < value < math.inf


def _close(current: _Class, files: dict[str, Lines]) -> None:
    if current.filename is not None:
        lines = files.setdefault(current.filename, {})
        for number, hit in (current.own or current.inherited).items():
            lines[number] = lines.get(number, False) or hit
