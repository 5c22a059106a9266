"""The functions, class bodies and module body of one version of a file, as they are matched with those of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from covbot.core.linemap.segments import Segment


@frozen(kw_only=True, eq=False)
class Function:
    """A segment of a file. `lines` are what is compared, without any whitespace; a spelled line is a whole statement.

    `rows` are the rows of the text without whitespace. `body` are the lines without the header and without blank ones.
    `name` is the qualified name that it has in the version after, unless it was renamed itself.
    """

    path: str
    segment: Segment
    name: str
    lines: Sequence[str]
    rows: Sequence[str]
    body: Sequence[str]

    @property
    def leaf(self) -> str:
        """The last part of the name."""
        return self.segment.leaf

    @property
    def owner(self) -> str:
        """The qualified name of the class around it, as it is in the version after."""
        return self.name.rpartition(".")[0]


class FunctionMatch(NamedTuple):
    """A segment before, and the same segment after."""

    before: Function
    after: Function


def make_function(path: str, segment: Segment, lines: Sequence[str], rows: Sequence[str]) -> Function:
    """Return the function of a segment, given the lines and the rows of the whole text."""
    own_rows = [rows[index] for index in segment.lines]
    own = own_rows if lines is rows else [lines[index] for index in segment.lines]
    body = [line for line in own[segment.header_length :] if line]
    return Function(path=path, segment=segment, name=segment.name, lines=own, rows=own_rows, body=body)


def unspell(function: Function) -> Function:
    """Return a function that is compared by the rows of its text."""
    if function.lines is function.rows:
        return function
    body = [row for row in function.rows[function.segment.header_length :] if row]
    return attrs.evolve(function, lines=function.rows, body=body)


def foresee_names(found: Iterable[Function], classes: Mapping[str, str]) -> list[Function]:
    """Return functions of the version before with the names that they get since their classes were renamed."""
    return [_foresee_name(function, classes) for function in found]


def _foresee_name(function: Function, classes: Mapping[str, str]) -> Function:
    outer, separator, rest = function.segment.name.partition(".")
    is_inside = bool(separator) or function.segment.kind == "class"
    if not is_inside or outer not in classes:
        return function
    return attrs.evolve(function, name=f"{classes[outer]}{separator}{rest}")


def leave_out_matched(
    matches: Iterable[FunctionMatch], before: Iterable[Function], after: Iterable[Function]
) -> tuple[list[Function], list[Function]]:
    """Return the segments before and after that have no match."""
    paired = {id(function) for pair in matches for function in pair}
    return [one for one in before if id(one) not in paired], [one for one in after if id(one) not in paired]
