"""The outcome of reading a report: lines, problems, or an error."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from covbot.errors import CannotReadReport
from covbot.formats import reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from covbot.core.coverage import Problem, Report


def list_lines(report: Report, name: str = "a.py") -> tuple[list[int], list[int]]:
    """Return the statements of a file, and those that are missing."""
    return list(report.files[name].statements), list(report.files[name].missing)


def list_problems(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """Return the place and the description of each problem."""
    return [(problem.where, problem.what) for problem in problems]


def catch_error(text: str | bytes, name: str = "it.xml") -> str:
    """Return the message of the error that rejects a report of this name."""
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(CannotReadReport) as caught:
        reading.read(io.BytesIO(data), name)
    return str(caught.value)
