"""The view of a build in a comparison: its report by path, and the source that it measured as far as it is known."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from attrs import Factory, define, field

from covbot.core.linemap.linemap import LineMap
from covbot.core.lines import Lines, group_by_owner, union_by_path
from covbot.core.source import multiline, regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from covbot.core.coverage import Report

ReadSource: TypeAlias = Callable[[str], str | None]
"""Returns the text of a path at the build's revision, None if it is not available."""


def read_nothing(_path: str) -> None:
    """Return None, where no source is known."""


@define(kw_only=True, eq=False)
class BuildView:
    """A report whose files are named by their paths in the repository, if there is one.

    `paths` are those of the tree at the build's revision, None if the tree is unknown. What is computed from a source
    text is cached.
    """

    report: Report
    paths: frozenset[str] | None = None
    source: ReadSource = read_nothing
    _owners: dict[str, dict[int, str]] = field(init=False, factory=dict)
    _first_lines_by_path: dict[str, dict[int, int]] = field(init=False, factory=dict)

    def has_path(self, path: str) -> bool:
        """Whether the tree has the path. True if the tree is unknown, since nothing shows that the path was deleted."""
        return self.paths is None or path in self.paths

    def group_by_region(self, path: str, lines: Lines) -> dict[str, Lines]:
        """Return the lines by the name of their region.

        Without Python source, the regions are the functions that the report names, or else the module.
        """
        owners = self._owners.setdefault(path, {})
        unknown = lines - Lines.of(owners)
        text = self.source(path) if unknown else None
        file = self.report.files.get(path)
        if file is not None and file.functions and (text is None or not path.endswith(".py")):
            return file.group_by_function(lines)
        names = {} if text is None else regions.find_region_names(text, unknown)
        owners.update((line, names.get(line, regions.MODULE_BODY)) for line in unknown)
        return group_by_owner(lines, owners, regions.MODULE_BODY)

    def normalize_lines(self, path: str, lines: Lines) -> Lines:
        """Return the lines with each further line of a statement replaced by the line of it that the report names."""
        file = self.report.files.get(path)
        unnamed = lines - file.statements if file else Lines()
        if file is None or not unnamed:
            return lines
        firsts = self._first_lines(path)
        named = {firsts.get(line, line): line for line in reversed(list(file.statements))}
        return (lines - unnamed) | Lines.of(named.get(firsts.get(line, line), line) for line in unnamed)

    def normalize_locations(self, locations: Mapping[int, tuple[str, int]]) -> dict[int, tuple[str, int]]:
        """Return the locations (path and line) with each line normalized as `normalize_lines` does."""
        files = self.report.files
        return {
            line: (path, number)
            if path not in files or number in files[path].statements
            else (path, next(iter(self.normalize_lines(path, Lines.of([number]))), number))
            for line, (path, number) in locations.items()
        }

    def _first_lines(self, path: str) -> dict[int, int]:
        if path not in self._first_lines_by_path:
            text = self.source(path)
            self._first_lines_by_path[path] = multiline.map_first_lines(text) if text is not None else {}
        return self._first_lines_by_path[path]


@define(kw_only=True, eq=False)
class Transition:
    """The transition from one build to a newer build, with the line map between them."""

    before: BuildView
    after: BuildView
    linemap: LineMap = Factory(LineMap)

    def forward(self, path: str, lines: Lines) -> dict[str, Lines]:
        """Return path after -> lines there, for lines of a file before. Deleted lines are left out."""
        return {
            there: self.after.normalize_lines(there, found)
            for there, found in self.linemap.forward(path, lines).items()
        }

    def forward_missing(self, paths: Iterable[str]) -> dict[str, Lines]:
        """Return the missing lines of these files before, by path and line after."""
        files = self.before.report.files
        return union_by_path(self.forward(path, files[path].missing) for path in paths if files[path].missing)

    def backward(self, path: str, lines: Lines) -> dict[str, Lines]:
        """Return path before -> lines there, for lines of a file after. New lines are left out."""
        return {
            there: self.before.normalize_lines(there, found)
            for there, found in self.linemap.backward(path, lines).items()
        }

    @functools.cached_property
    def unchanged_paths(self) -> frozenset[str]:
        """The files that both builds measured and in which neither code nor coverage changed."""
        after = self.after.report.files
        return frozenset(
            path
            for path, file in self.before.report.files.items()
            if self.linemap.is_unchanged(path) and after.get(path) == file
        )

    def locate_forward(self, path: str, lines: Iterable[int]) -> dict[int, tuple[str, int]]:
        """Return line before -> path and line after, for lines of a file before. Deleted lines are left out."""
        return self.after.normalize_locations(self.linemap.locate_forward(path, lines))

    def locate_backward(self, path: str, lines: Iterable[int]) -> dict[int, tuple[str, int]]:
        """Return line after -> path and line before, for lines of a file after. New lines are left out."""
        return self.before.normalize_locations(self.linemap.locate_backward(path, lines))

    def is_unmeasured(self, path: str) -> bool:
        """Whether the report after does not contain a file that still exists, or that was in neither tree.

        Also true of a file that `lacks_source`.
        """
        gone = self.before.has_path(path) and not self.after.has_path(path)
        return self.lacks_source(path) or (path not in self.after.report.files and not gone)

    def lacks_source(self, path: str) -> bool:
        """Whether both builds measured a file whose statements changed, and no source shows how.

        It may be generated, or be behind a symbolic link or in a submodule.
        """
        old, new = self.before.report.files.get(path), self.after.report.files.get(path)
        if old is None or new is None or old.statements == new.statements or path in self.linemap.files:
            return False
        return self.before.paths is not None and self.before.source(path) is None
