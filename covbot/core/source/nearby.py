"""The syntax tree of a few chunks of a text: most of it need not be parsed to know something about some lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.source import chunks, parsing

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

    from covbot.core.lines import Lines


@frozen(kw_only=True)
class Excerpt:
    """The tree of a part of a text. `numbers` are the line numbers in the whole text of the lines of the part."""

    tree: ast.Module
    numbers: Sequence[int]


def parse_around(source: str, lines: Lines) -> Excerpt | None:
    """Return the tree of the chunks that have some of these lines; None if they can only be parsed with the others."""
    found, wanted = chunks.split_chunks(source), set(lines)
    chosen = (index for index, chunk in enumerate(found) if not wanted.isdisjoint(chunk.lines))
    text, numbers = chunks.join_chunks(found, chunks.add_class_headers(found, chosen))
    parsed = parsing.parse(text[1:])
    return None if parsed.fault or not parsed.tree.body else Excerpt(tree=parsed.tree, numbers=numbers)
