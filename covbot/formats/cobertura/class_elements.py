"""The `<class>` elements of a Cobertura report, each with its filename and the lines that count for it."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from attrs import define, field

from covbot.formats import problems
from covbot.formats.cobertura import line_elements
from covbot.formats.cobertura.fast_path import Stretches
from covbot.formats.fields import filenames, functions
from covbot.formats.fields.tallies import Tally
from covbot.formats.xml import tag_stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from covbot.formats.problems import Warnings


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


def read_classes(blocks: Iterator[bytes], cautions: Warnings) -> Iterator[tuple[str, Tally]]:
    """Filename and lines of each class in order, the methods' lines only where it has none of its own.

    CannotReadReport for a filename that is empty or endless, or a document that is not whole.
    """
    window, taken = tag_stream.Window(), Stretches()
    source = chain.from_iterable(tag_stream.read_tags(taken.take_out(blocks), cautions.name, window))
    endings: line_elements.Endings = {}
    current = outside = _Class(real=False)
    while tag := line_elements.read_line(source, current.tally, endings):
        if explanation := taken.pop(tag):
            current.tally.parts.append(explanation)
            continue
        ends, empty = tag.startswith("</"), tag.endswith("/>")
        match tag_stream.tag_name(tag):
            case "line" if not ends:
                line_elements.add_line(tag, current.tally, partial(_caution, cautions, window, tag))
            case "method" | "methods" as kind if not empty:
                found = tag_stream.tag_attributes(tag) if kind == "method" and not ends else {}
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


def _caution(cautions: Warnings, window: tag_stream.Window, tag: str, what: str) -> None:
    cautions.add(window.end if cautions.full else window.line(tag), what)


def _open(tag: str, cautions: Warnings, window: tag_stream.Window) -> _Class:
    found = tag_stream.tag_attributes(tag)
    filename = found.get("filename")
    if filename is None:
        _caution(cautions, window, tag, f"{_show(found)} has no filename, and is left out")
    elif fault := filenames.find_fault(filename):
        raise problems.make_error(cautions.name, f"{_show(found)} {fault}", line=window.line(tag))
    return _Class(filename=filename, name=found.get("name", ""))


def _show(found: Mapping[str, str]) -> str:
    return f"class {problems.quote(found.get('name', ''))}"


def _close(current: _Class, cautions: Warnings, line: int) -> Iterator[tuple[str, Tally]]:
    tally = current.count()
    if not current.real and tally:
        cautions.add(line, "lines before this one stand in no class, and are left out")
    if current.filename is not None:
        yield current.filename, tally
