"""What the branches of a line mean to its statement: each enters the block of the statement, or passes it by."""

from __future__ import annotations

import ast
import enum
from typing import TYPE_CHECKING

from covbot.core.lines import Lines
from covbot.core.source import nearby, outlines

if TYPE_CHECKING:
    from collections.abc import Iterable

_TWO_BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)


class BranchKind(enum.StrEnum):
    """Which of the two branches of a statement one is."""

    INTO_BLOCK = "into its block"
    PAST_BLOCK = "past its block"


def classify_branches(source: str, line: int, targets: Iterable[str]) -> dict[str, BranchKind]:
    """Return target (a line, or `exit`) -> kind, for branches of a line; empty if it has not just these two."""
    near = nearby.parse_around(source, Lines.of([line]))
    for node in ast.walk(near.tree) if near else ():
        if isinstance(node, _TWO_BRANCHES) and near and near.numbers[outlines.find_first_line(node) - 1] == line:
            first = near.numbers[outlines.find_first_line(node.body[0]) - 1]
            last = near.numbers[outlines.find_last_line(node.body[-1]) - 1]
            return {
                target: BranchKind.INTO_BLOCK
                if target.isdecimal() and first <= int(target) <= last
                else BranchKind.PAST_BLOCK
                for target in targets
            }
    return {}
