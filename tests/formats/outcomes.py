"""What reading a report comes to: lines, cautions, or a refusal."""

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
    """The statements of a file, and those that are missing."""
    return list(report.files[name].statements), list(report.files[name].missing)


def list_problems(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """Where each of them is, and what."""
    return [(problem.where, problem.what) for problem in problems]


def catch_error(text: str | bytes, name: str = "it.xml") -> str:
    """Why a report of this name is not read."""
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(CannotReadReport) as refused:
        reading.read(io.BytesIO(data), name)
    return str(refused.value)
