"""The functions that a report names, by their names: what covbot goes by where it has no source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

LONGEST: Final = 200
"""The most characters of a name; the lines of a function that is named by more belong to its module."""

MOST: Final = 2**18
"""The most functions of one report; lines of any more belong to their module."""

_AGAIN: Final = re.compile(r"@[0-9]+\Z")
_SIGNS: Final = re.compile(r"[\W_]+")


def keep_statements(named: Mapping[str, Iterable[int]], statements: Lines) -> dict[str, Lines]:
    """The statements among the lines of each function, in the order of their names; those without any are left out."""
    wanted = set(statements)
    found = ((name, Lines.of(wanted.intersection(lines))) for name, lines in sorted(named.items()))
    return {name: lines for name, lines in found if lines}


def join_nested(named: Mapping[str, Iterable[int]]) -> dict[str, list[int]]:
    """Functions as coverage.py names them by the outermost one: lines of `C.f.inner` and of a second `C.f@12` in `C.f`.

    What lies in none (its name is empty), or in one whose name cannot be shown, is left out.
    """
    found: dict[str, list[int]] = {}
    for name, lines in named.items():
        if outermost := _show(_name_outermost(name, named)):
            found.setdefault(outermost, []).extend(lines)
    return found


def _name_outermost(name: str, among: Container[str]) -> str:
    own = _AGAIN.sub("", name)
    ends = (place for place, sign in enumerate(own[:LONGEST]) if sign == ".")
    return next((own[:end] for end in ends if own[:end] in among), own)


def name_method(method: str, owner: str, filename: str) -> str:
    """A method by the last part of its class's name too, unless the class is only another name for its file.

    Empty if it has no name, or one that cannot be shown.
    """
    last, stem = owner.rpartition(".")[2], re.split(r"[/\\]", filename)[-1]
    alone = not last or _flatten(owner).endswith(_flatten(stem))
    return _show(method if alone or not method else f"{last}.{method}")


def _flatten(name: str) -> str:
    """A name as the writers spell it differently: `src.lib.rs`, `lib_rs` and `lib.rs`."""
    return _SIGNS.sub(" ", name.casefold())


def _show(name: str) -> str:
    return name if len(name) <= LONGEST and name.isprintable() else ""
