"""The `<class>` elements of a Cobertura report, each with its filename and the lines that are counted for it."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from attrs import define, field

from covbot.formats import problems
from covbot.formats.cobertura import line_elements
from covbot.formats.cobertura.fast_path import Placeholders
from covbot.formats.fields import filenames, functions
from covbot.formats.fields.tallies import Tally
from covbot.formats.xml import tag_stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from covbot.formats.problems import Warnings


@define(kw_only=True)
class _Class:
    """The open class: its filename, its own lines, those from its methods, and how deep in methods the reader is.

    `method` is the name of the open method, `method_lines` are its lines. Lines outside every class are collected in
    one that is no `is_element`.
    """

    filename: str | None = None
    name: str = ""
    is_element: bool = True
    own: Tally = field(factory=Tally)
    from_methods: Tally | None = None
    method_lines: Tally | None = None
    method_depth: int = 0
    method: str = ""

    @property
    def tally(self) -> Tally:
        """The tally to which the next lines are added."""
        return self.own if self.method_lines is None else self.method_lines

    def change_depth(self, by: int, method: str = "") -> None:
        """Go `by` levels deeper into methods, into the one of this name: the next lines belong to it."""
        self._end_method()
        self.method_depth += by
        self.method = method
        self.method_lines = Tally() if self.method_depth else None

    def finish(self) -> Tally:
        """Return the tally of the class: its own lines, or those of its methods if it has none, and its functions."""
        self._end_method()
        if self.from_methods is None:
            return self.own
        if self.own:
            self.own.functions.update(self.from_methods.functions)
            return self.own
        return self.from_methods

    def _end_method(self) -> None:
        if self.method_lines:
            self.from_methods = self.from_methods or Tally()
            if name := functions.qualify_method(self.method, self.name, self.filename or ""):
                self.from_methods.add_function(name, self.method_lines)
            self.from_methods.extend(self.method_lines)


def read_classes(blocks: Iterator[bytes], warnings: Warnings) -> Iterator[tuple[str | None, Tally]]:
    """Yield the filename and the lines of each class in order, the methods' lines only if it has none of its own.

    The filename is None if there is none, or an empty one. Raise BadReport if one is impossible or too long, or if the
    document is not whole.
    """
    window, placeholders = tag_stream.Window(), Placeholders()
    tags = chain.from_iterable(tag_stream.read_tags(placeholders.replace_lines(blocks), window))
    endings: line_elements.Endings = {}
    current = outside = _Class(is_element=False)
    while tag := line_elements.read_usual_lines(tags, current.tally, endings):
        if counted := placeholders.pop(tag):
            current.tally.parts.append(counted)
            continue
        ends, empty = tag.startswith("</"), tag.endswith("/>")
        match tag_stream.parse_name(tag):
            case "line" if not ends:
                line_elements.add_line(tag, current.tally, partial(_add_warning, warnings, window, tag))
            case "method" | "methods" as kind if not empty:
                attributes = tag_stream.parse_attributes(tag) if kind == "method" and not ends else {}
                current.change_depth(-1 if ends else 1, attributes.get("name", ""))
            case "class":
                yield from _close_class(current, warnings, window.end)
                outside = _Class(is_element=False) if current is outside else outside
                current = outside if ends else _open_class(tag, warnings, window)
                if empty:
                    yield from _close_class(current, warnings, window.end)
                    current = outside
            case _:
                pass
    yield from _close_class(current, warnings, window.end)


def _add_warning(warnings: Warnings, window: tag_stream.Window, tag: str, what: str) -> None:
    warnings.add(window.end if warnings.full else window.find_line(tag), what)


def _open_class(tag: str, warnings: Warnings, window: tag_stream.Window) -> _Class:
    attributes = tag_stream.parse_attributes(tag)
    filename = attributes.get("filename")
    if filename is None:
        _add_warning(warnings, window, tag, f"{_describe_class(attributes)} has no filename, and is left out")
    elif filenames.is_empty(filename):
        _add_warning(warnings, window, tag, f"{_describe_class(attributes)} {filenames.EMPTY}")
        filename = None
    elif fault := filenames.find_fault(filename):
        raise problems.make_error(f"{_describe_class(attributes)} {fault}", line=window.find_line(tag))
    return _Class(filename=filename, name=attributes.get("name", ""))


def _describe_class(attributes: Mapping[str, str]) -> str:
    return f"class {problems.quote_text(attributes.get('name', ''))}"


def _close_class(current: _Class, warnings: Warnings, line: int) -> Iterator[tuple[str | None, Tally]]:
    tally = current.finish()
    if current.is_element:
        yield current.filename, tally
    elif tally:
        warnings.add(line, "lines before this one stand in no class, and are left out")
