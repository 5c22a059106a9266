"""What can happen to an answer on its way, asked for at any request."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from attrs import frozen

from doubles.launchpad.messages import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.launchpad.messages import Request


class Fault(enum.StrEnum):
    """How a request fails; all but the first three fail after the server did what was asked."""

    REFUSED = "503 before anything was done"
    UNSEEN = "connection closed before anything was done"
    OFFLINE = "200 with a page of HTML before anything was done"
    DROPPED = "connection closed without an answer"
    RESET = "connection reset"
    SLOW = "no answer in time"
    TRUNCATED = "answer cut off"
    HTML = "200 with a page of HTML"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    OOPS = "500 with an OOPS"


BEFORE_WORK = frozenset({Fault.REFUSED, Fault.UNSEEN, Fault.OFFLINE})
"""Nothing was done."""

SILENT_FAULTS = frozenset({Fault.UNSEEN, Fault.DROPPED, Fault.RESET, Fault.SLOW})
"""Not a byte of an answer comes."""

_PAGE = b"<!DOCTYPE html>\n<html><head><title>Launchpad is offline</title></head><body>Back soon.</body></html>\n"
_OOPS = {"X-Lazr-OopsId": "OOPS-6f423a3b5230ca272cd92c37f00a142a"}


@frozen(kw_only=True)
class FaultPlan:
    """A fault, and which requests it hits: counted from the plan's making, among those that `of` picks."""

    fault: Fault
    nth: int
    times: int
    of: Callable[[Request], bool]


def spoil_answer(fault: Fault, answer: Answer) -> Answer:
    """The answer that comes in place of the true one, for those faults that have one."""
    html = {"Content-Type": "text/html;charset=utf-8"}
    match fault:
        case Fault.HTML | Fault.OFFLINE:
            return Answer(status=200, headers=html, body=_PAGE)
        case Fault.BAD_GATEWAY:
            return Answer(status=502, headers=html, body=_PAGE)
        case Fault.REFUSED:
            return Answer(status=503, headers=html | _OOPS | {"Retry-After": "900"}, body=_PAGE)
        case Fault.UNAVAILABLE:
            return Answer(status=503, headers=html | _OOPS, body=_PAGE)
        case Fault.OOPS:
            plain = {"Content-Type": "text/plain;charset=utf-8"}
            return Answer(status=500, headers=plain | _OOPS, body=b"UniqueViolation")
        case _:
            return answer
