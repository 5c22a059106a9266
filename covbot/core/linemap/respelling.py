"""Whether statements were only spelled differently: a cheap test of texts, and a look at few syntax trees."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from covbot.core.linemap import logical_lines
from covbot.core.source import spelling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_STRING_OR_COMMENT = re.compile(r""""[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|#.*""")
_ESCAPE = re.compile(r"\\(?:x\w\w|u\w{4}|U\w{8}|N\{[^}]*\}|[0-7]{1,3})")
_IMPORT = re.compile(r"\s*(?:import|from)\b")
_LOOSE = str.maketrans("", "", "()[]{}\"'\\,;.+- \t\n0123456789_abcdefABCDEFxXoOjJlLuUrRnNtTvV")
_STRICT = str.maketrans("", "", "()\"'\\, \t\n")
"""What a change of spelling may add or take away, in a statement and in a part of one."""


def list_statements(plain: str, rows: Sequence[str], mapped: Collection[int]) -> set[str]:
    """Return the texts of the statements, or parts of them, of the rows that are not mapped.

    `plain` is the normalized text, and `rows` are its rows without whitespace.
    """
    return {text for _, text in locate_statements(plain, rows, mapped)}


def locate_statements(plain: str, rows: Sequence[str], mapped: Collection[int]) -> Iterator[tuple[int, str]]:
    """Yield the same texts, each with the index of its first row."""
    if len(mapped) == len(rows):
        return
    texts = plain.split("\n")[1:]
    for group in _group_rows(rows, mapped):
        for statement in logical_lines.join_lines([rows[index] for index in group]):
            indices = [group[index] for _, index in statement.starts]
            yield indices[0], "\n".join(texts[index] for index in indices)


def _group_rows(rows: Sequence[str], mapped: Collection[int]) -> Iterable[list[int]]:
    """Yield the indices of the rows that are not mapped, those without mapped rows between them together."""
    group: list[int] = []
    for index, row in enumerate(rows):
        if not row or row.startswith("#"):
            continue
        if index not in mapped:
            group.append(index)
        elif group:
            yield group
            group = []
    if group:
        yield group


def is_respelled(before: Collection[str], after: Collection[str]) -> bool:
    """Whether a statement before and another text after have the same syntax tree."""
    if not before or not after:
        return False
    old, new = _group_by_key(before), _group_by_key(after)
    return any(
        len(texts | new[key]) > 1 and _share_spelling(texts, new[key]) for key, texts in old.items() if key in new
    )


def _group_by_key(texts: Iterable[str]) -> dict[str, set[str]]:
    """Return the texts by what no spelling changes in them."""
    groups: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        groups[_make_key(text)].add(text)
    return groups


def _make_key(text: str) -> str:
    if "#" in text:
        text = "\n".join(_STRING_OR_COMMENT.sub(_leave_out_comment, row) for row in text.split("\n"))
    if "\\" in text:
        text = _ESCAPE.sub(_resolve_escape, text)
    key = text.translate(_LOOSE)
    return "".join(sorted(key)) if _IMPORT.match(text) else key


def _resolve_escape(found: re.Match[str]) -> str:
    try:
        return str(ast.literal_eval(f'"{found[0]}"'))
    except (SyntaxError, ValueError):
        return ""


def _leave_out_comment(found: re.Match[str]) -> str:
    return "" if found[0].startswith("#") else found[0]


def _share_spelling(before: Collection[str], after: Collection[str]) -> bool:
    """Whether any two different texts are spelled the same."""
    texts: dict[str, set[str]] = defaultdict(set)
    for text in {*before, *after}:
        texts[spelling.spell_statement(text) or text.translate(_STRICT)].add(text)
    return any(len(same) > 1 and not same.isdisjoint(before) and not same.isdisjoint(after) for same in texts.values())
