"""The faults that a test can plan for any request."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from attrs import frozen

from doubles.launchpad.messages import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.launchpad.messages import Request


class Fault(enum.StrEnum):
    """How a request fails; all but the first three fail after the server did what was requested."""

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
"""The faults before anything was done."""

SILENT_FAULTS = frozenset({Fault.UNSEEN, Fault.DROPPED, Fault.RESET, Fault.SLOW})
"""The faults without a byte of an answer."""

_PAGE = b"<!DOCTYPE html>\n<html><head><title>Launchpad is offline</title></head><body>Back soon.</body></html>\n"
_OOPS = {"X-Lazr-OopsId": "OOPS-6f423a3b5230ca272cd92c37f00a142a"}


@frozen(kw_only=True)
class FaultPlan:
    """A fault, and the requests that it hits: the nth one and the next, `times` in all, of those that `of` matches."""

    fault: Fault
    nth: int
    times: int
    of: Callable[[Request], bool]


def spoil_answer(fault: Fault, answer: Answer) -> Answer:
    """Return the answer that replaces the true one, for those faults that have one."""
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
