"""Names of report files as settings give them: an exact path, or a pattern of `*`, `?` and `**`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PIECES = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_MEANING = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def is_exact(pattern: str) -> bool:
    """Whether a name stands for itself alone."""
    return not {"*", "?"}.intersection(pattern)


def match_paths(patterns: Sequence[str], names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that the patterns choose, sorted and each once; and the patterns that chose none."""
    there = sorted(set(names))
    chosen = {pattern: [name for name in there if _expression(pattern).fullmatch(name)] for pattern in patterns}
    found = sorted({name for some in chosen.values() for name in some})
    return tuple(found), tuple(pattern for pattern, some in chosen.items() if not some)


def _expression(pattern: str) -> re.Pattern[str]:
    pieces = _PIECES.findall(pattern)
    return re.compile("".join(_MEANING.get(piece) or re.escape(piece) for piece in pieces), re.DOTALL)
