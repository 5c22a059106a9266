"""Rows with several statements that have a row each afterwards, as formatters write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from covbot.core.linemap import respelling
from covbot.core.source import spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.linemap.diff import Pairs

_SEVERAL = re.compile(
    r";\s*[^\s#]|^\s*(?:if|elif|else|for|while|with|try|except|finally|async|def|class)\b.*:\s*[^\s#]"
)
"""What may be a row of several statements: `a; b`, or `if x: return`."""

_SEVERAL_ROWS = re.compile(_SEVERAL.pattern, re.MULTILINE)


def find_split_rows(
    before: tuple[str, Sequence[str]], after: tuple[str, Sequence[str]], pairs: Pairs
) -> Iterator[tuple[int, list[int]]]:
    """Yield each row of several statements that no pair has, and the rows after on which they begin, in order.

    Both sides are the normalized text of a version and its rows without whitespace.
    """
    mapped = {i for i, _ in pairs}
    if not _SEVERAL_ROWS.search(before[0]) or len(mapped) == len(before[1]):
        return
    left = [
        (row, parts)
        for row, text in respelling.locate_statements(*before, mapped)
        if _SEVERAL.search(text) and len(parts := spelling.list_spellings(text)) > 1
    ]
    if not left:
        return
    right = [*respelling.locate_statements(*after, {j for _, j in pairs})]
    firsts = [next(iter(spelling.list_spellings(text)), "") for _, text in right]
    used: set[int] = set()
    for row, parts in left:
        start = _find_in_order(parts, firsts, used)
        if start is not None:
            found = range(start, start + len(parts))
            used.update(found)
            yield row, [right[index][0] for index in found]


def _find_in_order(parts: Sequence[str], texts: Sequence[str], used: set[int]) -> int | None:
    """Return where these parts are one after the other among texts of which none is used."""
    for start in range(len(texts) - len(parts) + 1):
        here = range(start, start + len(parts))
        if texts[start] == parts[0] and [texts[index] for index in here] == list(parts) and not used.intersection(here):
            return start
    return None
