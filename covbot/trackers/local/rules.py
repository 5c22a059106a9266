"""What Launchpad takes, what it makes of it, and what it refuses (facts/LAUNCHPAD.md §1, §2); raises WriteRefused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from covbot.core.bugs.statuses import Status
from covbot.errors import WriteRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

ACCOUNT = "covbot"
"""The name of covbot's own account."""

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 50_000

KEPT_BY_SUPERVISORS = frozenset({Status.WONT_FIX, Status.DEFERRED, Status.DOES_NOT_EXIST})
"""Statuses that only the project's bug supervisors may set, or leave."""

SET_BY_SUPERVISORS = KEPT_BY_SUPERVISORS | {Status.TRIAGED, Status.EXPIRED}
"""Statuses that only the project's bug supervisors may set."""

_TAG = re.compile(r"[a-z0-9][a-z0-9+.-]+")
_HOSTILE = re.compile("[\0\ud800-\udfff]")


def check_text(text: str, what: str) -> str:
    """The text, refused with NUL or lone surrogates in it: Launchpad answers 500."""
    if _HOSTILE.search(text):
        raise WriteRefused(f"{what} holds NUL or a lone surrogate")
    return text


def make_title(text: str) -> str:
    """The title of a new bug: one line of 1 to 200 characters, stored as sent."""
    check_text(text, "title")
    if "\n" in text or "\r" in text:
        raise WriteRefused("title has more than one line")
    if not 1 <= len(text) <= LONGEST_TITLE:
        raise WriteRefused(f"title has {len(text)} characters, not 1 to {LONGEST_TITLE}")
    return text


def edit_title(text: str) -> str:
    """The title of a bug that is there: as for a new one, then stripped."""
    return make_title(text).strip()


def make_description(text: str) -> str:
    """The description of a new bug: not blank, at most 50,000 characters, its lines ended by LF."""
    return _check_description(text.replace("\r\n", "\n").replace("\r", "\n"))


def edit_description(text: str) -> str:
    """The description of a bug that is there: stripped on the right, then not empty and at most 50,000 characters."""
    return _check_description(text.rstrip())


def _check_description(text: str) -> str:
    check_text(text, "description")
    if not text.strip():
        raise WriteRefused("description is blank")
    if len(text) > LONGEST_DESCRIPTION:
        raise WriteRefused(f"description has {len(text)} characters, not at most {LONGEST_DESCRIPTION}")
    return text


def make_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags of a bug, each once, sorted; refused if one has another form than Launchpad's."""
    folded = sorted(set(tags))
    bad = [tag for tag in folded if not _TAG.fullmatch(tag)]
    if bad:
        raise WriteRefused(f"tags of another form than {_TAG.pattern}: {', '.join(map(ascii, bad))}")
    return tuple(folded)


def check_status(before: Status, after: Status) -> None:
    """Whether somebody who is no bug supervisor may change the status so."""
    if after in SET_BY_SUPERVISORS or before in KEPT_BY_SUPERVISORS:
        raise WriteRefused(f"only bug supervisors may change the status from {before} to {after}")
