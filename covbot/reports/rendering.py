"""The formats of a one-off report, and the writer of each."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, TextIO, assert_never

if TYPE_CHECKING:
    from covbot.reports.oneoff import OneOffReport


class Format(enum.StrEnum):
    """A format of the one-off report, as the command line names it."""

    TERMINAL = "terminal"
    JSON = "json"


def render_report(report: OneOffReport, chosen: Format, stream: TextIO) -> None:
    """Write the report to the stream: text in every format, ended by a newline."""
    match chosen:
        case Format.TERMINAL:
            from covbot.reports import terminal  # noqa: PLC0415 -- rich is loaded only where it is used

            terminal.write_terminal(report, stream)
        case Format.JSON:
            from covbot.reports import json  # noqa: PLC0415 -- as above: each format loads its own

            json.write_json(report, stream)
        case _:
            assert_never(chosen)
