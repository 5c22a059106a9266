"""The rules of Launchpad: what it accepts, changes and refuses (docs/facts/launchpad.md §1, §2), as WriteRefused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from covbot.core.bugs.statuses import Status
from covbot.errors import WriteRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

ACCOUNT = "covbot"
"""The name of covbot's own account."""

ADDRESS = "local:"
"""The beginning of the address of each project in the local tracker."""

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 50_000

KEPT_BY_SUPERVISORS = frozenset({Status.WONT_FIX, Status.DEFERRED, Status.DOES_NOT_EXIST})
"""Statuses that only the project's bug supervisors may set, or leave."""

SET_BY_SUPERVISORS = KEPT_BY_SUPERVISORS | {Status.TRIAGED, Status.EXPIRED}
"""Statuses that only the project's bug supervisors may set."""

_TAG = re.compile(r"[a-z0-9][a-z0-9+.-]+")
_REFUSED_CHARACTERS = re.compile("[\0\ud800-\udfff]")


def make_address(project: str) -> str:
    """Return the address of a project in the local tracker."""
    return ADDRESS + project


def check_text(text: str, what: str) -> str:
    """Return the text; refuse it with NUL or lone surrogates in it, for which Launchpad responds with 500."""
    if _REFUSED_CHARACTERS.search(text):
        raise WriteRefused(f"{what} holds NUL or a lone surrogate")
    return text


def make_title(text: str) -> str:
    """Return the title of a new bug: one line of 1 to 200 characters, stored as sent."""
    check_text(text, "title")
    if "\n" in text or "\r" in text:
        raise WriteRefused("title has more than one line")
    if not 1 <= len(text) <= LONGEST_TITLE:
        raise WriteRefused(f"title has {len(text)} characters, not 1 to {LONGEST_TITLE}")
    return text


def edit_title(text: str) -> str:
    """Return the new title of an existing bug: as for a new one, then stripped."""
    return make_title(text).strip()


def make_description(text: str) -> str:
    """Return the description of a new bug: not blank, at most 50,000 characters, its lines ended by LF."""
    return _check_description(text.replace("\r\n", "\n").replace("\r", "\n"))


def edit_description(text: str) -> str:
    """Return the new description of an existing bug: stripped on the right, not empty, at most 50,000 characters."""
    return _check_description(text.rstrip())


def _check_description(text: str) -> str:
    check_text(text, "description")
    if not text.strip():
        raise WriteRefused("description is blank")
    if len(text) > LONGEST_DESCRIPTION:
        raise WriteRefused(f"description has {len(text)} characters, not at most {LONGEST_DESCRIPTION}")
    return text


def make_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the tags of a bug, each once, sorted; refuse them if one has another form than Launchpad's."""
    folded = sorted(set(tags))
    bad = [tag for tag in folded if not _TAG.fullmatch(tag)]
    if bad:
        raise WriteRefused(f"tags of another form than {_TAG.pattern}: {', '.join(map(ascii, bad))}")
    return tuple(folded)


def check_status(before: Status, after: Status) -> None:
    """Raise WriteRefused if only a bug supervisor may change the status in this way."""
    if after in SET_BY_SUPERVISORS or before in KEPT_BY_SUPERVISORS:
        raise WriteRefused(f"only bug supervisors may change the status from {before} to {after}")
