"""The functions that a report names, with their lines: covbot uses them where it has no source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

LONGEST_NAME: Final = 200
"""The most characters of a function's name. The lines of a function with a longer name belong to its module."""

MOST_FUNCTIONS: Final = 2**18
"""The most functions of one report. The lines of any further function belong to its module."""

_REPEAT_SUFFIX: Final = re.compile(r"@[0-9]+\Z")
_SEPARATORS: Final = re.compile(r"[\W_]+")


def keep_statements(named: Mapping[str, Iterable[int]], statements: Lines) -> dict[str, Lines]:
    """Return the statements among the lines of each function, in the order of names.

    Functions without any are left out.
    """
    wanted = set(statements)
    found = ((name, Lines.of(wanted.intersection(lines))) for name, lines in sorted(named.items()))
    return {name: lines for name, lines in found if lines}


def merge_nested(named: Mapping[str, Iterable[int]]) -> dict[str, list[int]]:
    """Return coverage.py's functions with the lines of nested ones merged into the outermost one.

    The lines of `C.f.inner`, and of a second `C.f@12`, are added to `C.f`. Lines outside every function (the name is
    empty) are left out, and so are those of a function whose name cannot be shown.
    """
    found: dict[str, list[int]] = {}
    for name, lines in named.items():
        if outermost := _filter_printable(_find_outermost(name, named)):
            found.setdefault(outermost, []).extend(lines)
    return found


def _find_outermost(name: str, among: Container[str]) -> str:
    base = _REPEAT_SUFFIX.sub("", name)
    ends = (index for index, character in enumerate(base[:LONGEST_NAME]) if character == ".")
    return next((base[:end] for end in ends if base[:end] in among), base)


def qualify_method(method: str, owner: str, filename: str) -> str:
    """Return a method's name, with the last part of its class's name unless the class is only named after its file.

    Return an empty text if the method has no name, or if the name cannot be shown.
    """
    last, stem = owner.rpartition(".")[2], re.split(r"[/\\]", filename)[-1]
    unqualified = not last or _normalize_name(owner).endswith(_normalize_name(stem))
    return _filter_printable(method if unqualified or not method else f"{last}.{method}")


def _normalize_name(name: str) -> str:
    """Return a name in one spelling for those of different writers, such as `src.lib.rs`, `lib_rs` and `lib.rs`."""
    return _SEPARATORS.sub(" ", name.casefold())


def _filter_printable(name: str) -> str:
    return name if len(name) <= LONGEST_NAME and name.isprintable() else ""
