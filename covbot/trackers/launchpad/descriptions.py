"""Descriptions as they are sent to Launchpad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot import errors
from covbot.core.bugs import footers, limits

if TYPE_CHECKING:
    from covbot.core.bugs.footers import Footer


def check_footer(text: str, footer: Footer) -> str:
    """Return the description as it will be stored; raise WriteRefused, with nothing sent, if it lacks its footer."""
    description = limits.fit_description(text)
    if footers.parse(description) != footer:
        raise errors.WriteRefused(f"nothing was sent: the description does not end with its footer {footer}")
    return description
