"""The `<class>` elements of a Cobertura report, each with its filename and the lines that count for it."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from attrs import define, field

from covbot.formats import filenames, functions, refusals, statements, tags
from covbot.formats.stretches import Stretches
from covbot.formats.tallies import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from covbot.formats.cautions import Cautions


@define(kw_only=True)
class _Class:
    """The class that is open: its filename, its own lines, its methods' lines, and how deep in methods the reading is.

    `method` is the name of the one that is open, `lines` are those of it. What stands outside every class is gathered
    in one that is not `real`.
    """

    filename: str | None = None
    name: str = ""
    real: bool = True
    own: Tally = field(factory=Tally)
    inherited: Tally | None = None
    lines: Tally | None = None
    methods: int = 0
    method: str = ""

    @property
    def tally(self) -> Tally:
        """What the lines count for that come now."""
        return self.own if self.lines is None else self.lines

    def turn(self, by: int, method: str = "") -> None:
        """Go so much deeper into methods, to the one of this name: lines that come now are its own."""
        self._end_method()
        self.methods += by
        self.method = method
        self.lines = Tally() if self.methods else None

    def count(self) -> Tally:
        """What the class comes to: its own lines, those of its methods only where it has none, and its functions."""
        self._end_method()
        if self.inherited is None:
            return self.own
        if self.own:
            self.own.functions.update(self.inherited.functions)
            return self.own
        return self.inherited

    def _end_method(self) -> None:
        if self.lines:
            self.inherited = self.inherited or Tally()
            if name := functions.name_method(self.method, self.name, self.filename or ""):
                self.inherited.add_function(name, self.lines)
            self.inherited.extend(self.lines)


def read(blocks: Iterator[bytes], cautions: Cautions) -> Iterator[tuple[str, Tally]]:
    """Filename and lines of each class in order, the methods' lines only where it has none of its own.

    CannotReadReport for a filename that is empty or endless, or a document that is not whole.
    """
    window, taken = tags.Window(), Stretches()
    source = chain.from_iterable(tags.read(taken.take_out(blocks), cautions.name, window))
    endings: statements.Endings = {}
    current = outside = _Class(real=False)
    while tag := statements.read(source, current.tally, endings):
        if stretch := taken.pop(tag):
            current.tally.parts.append(stretch)
            continue
        ends, empty = tag.startswith("</"), tag.endswith("/>")
        match tags.name(tag):
            case "line" if not ends:
                statements.add(tag, current.tally, partial(_caution, cautions, window, tag))
            case "method" | "methods" as kind if not empty:
                found = tags.attributes(tag) if kind == "method" and not ends else {}
                current.turn(-1 if ends else 1, found.get("name", ""))
            case "class":
                yield from _close(current, cautions, window.end)
                outside = _Class(real=False) if current is outside else outside
                current = outside if ends else _open(tag, cautions, window)
                if empty:
                    yield from _close(current, cautions, window.end)
                    current = outside
            case _:
                pass
    yield from _close(current, cautions, window.end)


def _caution(cautions: Cautions, window: tags.Window, tag: str, what: str) -> None:
    cautions.add(window.end if cautions.full else window.line(tag), what)


def _open(tag: str, cautions: Cautions, window: tags.Window) -> _Class:
    found = tags.attributes(tag)
    filename = found.get("filename")
    if filename is None:
        _caution(cautions, window, tag, f"{_show(found)} has no filename, and is left out")
    elif fault := filenames.find_fault(filename):
        raise refusals.refuse(cautions.name, f"{_show(found)} {fault}", line=window.line(tag))
    return _Class(filename=filename, name=found.get("name", ""))


def _show(found: Mapping[str, str]) -> str:
    return f"class {refusals.quote(found.get('name', ''))}"


def _close(current: _Class, cautions: Cautions, line: int) -> Iterator[tuple[str, Tally]]:
    tally = current.count()
    if not current.real and tally:
        cautions.add(line, "lines before this one stand in no class, and are left out")
    if current.filename is not None:
        yield current.filename, tally
