"""Names of report files as in the settings: an exact path, or a pattern of `*`, `?` and `**`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TOKENS = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_EXPRESSIONS = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def is_exact(pattern: str) -> bool:
    """Whether a name is no pattern, so that it matches only itself."""
    return not {"*", "?"}.intersection(pattern)


def match_paths(patterns: Sequence[str], names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names that match a pattern, sorted and each once; and the patterns that match none."""
    available = sorted(set(names))
    chosen = {
        pattern: [name for name in available if _compile_pattern(pattern).fullmatch(name)] for pattern in patterns
    }
    found = sorted({name for matches in chosen.values() for name in matches})
    return tuple(found), tuple(pattern for pattern, matches in chosen.items() if not matches)


def _compile_pattern(pattern: str) -> re.Pattern[str]:
    tokens = _TOKENS.findall(pattern)
    return re.compile("".join(_EXPRESSIONS.get(token) or re.escape(token) for token in tokens), re.DOTALL)
