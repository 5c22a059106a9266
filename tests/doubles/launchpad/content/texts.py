"""What Launchpad accepts as a title, a description, tags and choices, and the messages of its refusals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from doubles.launchpad.content.refusals import raise_server_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TAG = re.compile(r"[a-z0-9][a-z0-9+.\-]+")
LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 50_000


def check_storable(value: object) -> None:
    """Raise 500 for a text that the database cannot store."""
    if isinstance(value, str) and "\x00" in value:
        raise_server_error("ValueError")
    if isinstance(value, str) and re.search("[\ud800-\udfff]", value):
        raise_server_error("UnicodeEncodeError")


def find_title_fault(value: object, *, created: bool) -> str | None:
    """Return the fault of a title, or None."""
    if value is None:
        return f"title: {'Required input is missing.' if created else 'Missing required value.'}"
    if not isinstance(value, str):
        return f"title: got {type(value).__name__!r}, expected str: {value}"
    if not value or len(value) > LONGEST_TITLE:
        return f"title: {(value, LONGEST_TITLE if value else 1)!r}"
    if re.search(r"[\r\n]", value):
        return f"title: {(value, 'title')!r}" if created else f"title: {value}"
    return None


def find_description_fault(value: object, *, created: bool) -> str | None:
    """Return the fault of a description, or None."""
    if value is None:
        return f"description: {'Required input is missing.' if created else 'Missing required value.'}"
    if not isinstance(value, str):
        return f"description: got {type(value).__name__!r}, expected str: {value}"
    if not value.strip():
        return "description: ('', 1)"
    if len(value.rstrip()) > LONGEST_DESCRIPTION:
        return f"description: {(value, LONGEST_DESCRIPTION)!r}"
    return None


def find_tags_fault(value: object) -> str | None:
    """Return the fault of a list of tags, or None."""
    if not isinstance(value, list):
        return f"tags: got {type(value).__name__!r}, expected list: {value!r}"
    wrong = [tag for tag in value if not isinstance(tag, str) or not _TAG.fullmatch(tag)]
    if not wrong:
        return None
    return f"tags: ([{', '.join(f'ConstraintNotSatisfied({tag!r}, {chr(39) * 2})' for tag in wrong)}], 'tags')"


def find_choice_fault(field: str, value: object, choices: Sequence[str]) -> str | None:
    """Return the fault of a value that must be one of a closed list, or None."""
    if value is None:
        return f"{field}: Missing required value."
    if value in choices:
        return None
    return f'{field}: Invalid value "{value}". Acceptable values are: {", ".join(choices)}'


def normalize_tags(tags: Iterable[str]) -> list[str]:
    """Return tags as Launchpad stores them: sorted, each once."""
    return sorted(set(tags))
