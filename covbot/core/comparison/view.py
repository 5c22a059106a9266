"""One build as a comparison sees it: its report by path, and what is known of the source that it measured."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from attrs import Factory, define, field

from covbot.core.linemap.linemap import LineMap
from covbot.core.lines import Lines, group_by_owner
from covbot.core.source import multiline, regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from covbot.core.coverage import Report

ReadSource: TypeAlias = Callable[[str], str | None]
"""The text of a path at the build's revision, None where it cannot be had."""


def read_nothing(_path: str) -> None:
    """No source is known."""


@define(kw_only=True, eq=False)
class BuildView:
    """A report whose files are named by their paths in the repository, if there is one.

    `paths` are those of the tree at the build's revision, None when the tree is unknown. What is worked out from a
    source text is kept for the next question.
    """

    report: Report
    paths: frozenset[str] | None = None
    source: ReadSource = read_nothing
    _owners: dict[str, dict[int, str]] = field(init=False, factory=dict)
    _firsts: dict[str, dict[int, int]] = field(init=False, factory=dict)

    def has_path(self, path: str) -> bool:
        """Whether the tree has the path; True when the tree is unknown, since nothing says that it was deleted."""
        return self.paths is None or path in self.paths

    def group_by_region(self, path: str, lines: Lines) -> dict[str, Lines]:
        """The lines by the name of the region that they belong to.

        Where there is no source, or none in Python, they belong to the functions that the report names, or the module.
        """
        owners = self._owners.setdefault(path, {})
        unknown = lines - Lines.of(owners)
        text = self.source(path) if unknown else None
        file = self.report.files.get(path)
        if file is not None and file.functions and (text is None or not path.endswith(".py")):
            return file.by_function(lines)
        near = {} if text is None else regions.find_region_names(text, unknown)
        owners.update((line, near.get(line, regions.MODULE_BODY)) for line in unknown)
        return group_by_owner(lines, owners, regions.MODULE_BODY)

    def normalize_lines(self, path: str, lines: Lines) -> Lines:
        """The same lines, those within a statement of several lines by the one of them that the report names it by."""
        file = self.report.files.get(path)
        strange = lines - file.statements if file else Lines()
        if file is None or not strange:
            return lines
        firsts = self._first_lines(path)
        named = {firsts.get(line, line): line for line in reversed(list(file.statements))}
        return (lines - strange) | Lines.of(named.get(firsts.get(line, line), line) for line in strange)

    def normalize_locations(self, places: Mapping[int, tuple[str, int]]) -> dict[int, tuple[str, int]]:
        """The same for each place, path and line, by itself."""
        files = self.report.files
        return {
            line: (path, number)
            if path not in files or number in files[path].statements
            else (path, next(iter(self.normalize_lines(path, Lines.of([number]))), number))
            for line, (path, number) in places.items()
        }

    def _first_lines(self, path: str) -> dict[int, int]:
        if path not in self._firsts:
            text = self.source(path)
            self._firsts[path] = multiline.map_first_lines(text) if text is not None else {}
        return self._firsts[path]


@define(kw_only=True, eq=False)
class Transition:
    """The way from one build to a newer one, along a line map."""

    before: BuildView
    after: BuildView
    linemap: LineMap = Factory(LineMap)

    def forward(self, path: str, lines: Lines) -> dict[str, Lines]:
        """Lines of a file before -> path after -> the same lines there; deleted ones have no place."""
        return {
            there: self.after.normalize_lines(there, found)
            for there, found in self.linemap.forward(path, lines).items()
        }

    def backward(self, path: str, lines: Lines) -> dict[str, Lines]:
        """Lines of a file after -> path before -> the same lines there; new ones have no place."""
        return {
            there: self.before.normalize_lines(there, found)
            for there, found in self.linemap.backward(path, lines).items()
        }

    @functools.cached_property
    def unchanged_paths(self) -> frozenset[str]:
        """The files that both builds measured and in which nothing changed: neither their code nor their coverage."""
        after = self.after.report.files
        return frozenset(
            path
            for path, file in self.before.report.files.items()
            if self.linemap.is_unchanged(path) and after.get(path) == file
        )

    def locate_forward(self, path: str, lines: Iterable[int]) -> dict[int, tuple[str, int]]:
        """Each line of a file before -> its path and number after; deleted ones are left out."""
        return self.after.normalize_locations(self.linemap.locate_forward(path, lines))

    def locate_backward(self, path: str, lines: Iterable[int]) -> dict[int, tuple[str, int]]:
        """Each line of a file after -> its path and number before; new ones are left out."""
        return self.before.normalize_locations(self.linemap.locate_backward(path, lines))

    def is_unmeasured(self, path: str) -> bool:
        """Whether the build after does not speak of a file that is still there, or that no tree ever held."""
        gone = self.before.has_path(path) and not self.after.has_path(path)
        return self.lacks_source(path) or (path not in self.after.report.files and not gone)

    def lacks_source(self, path: str) -> bool:
        """Whether both builds measured a file whose statements changed, and no source shows how.

        It may be generated, or lie behind a symbolic link or in a submodule.
        """
        old, new = self.before.report.files.get(path), self.after.report.files.get(path)
        if old is None or new is None or old.statements == new.statements or path in self.linemap.files:
            return False
        return self.before.paths is not None and self.before.source(path) is None
