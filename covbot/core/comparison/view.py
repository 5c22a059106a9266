"""The view of a build in a comparison: its report by path, and the source that it measured as far as it is known."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from attrs import Factory, define, field

from covbot.core.linemap.linemap import LineMap
from covbot.core.lines import Lines, group_by_owner, union_by_path
from covbot.core.source import multiline, regions

if TYPE_CHECKING:
    from covbot.core.coverage import Report

ReadSource: TypeAlias = Callable[[str], str | None]
"""Returns the text of a path at the build's revision, None if it is not available."""


MapLines: TypeAlias = Callable[[str, Lines], Mapping[str, Lines]]
"""Returns path -> lines in the other build, for lines of a path."""

Locations: TypeAlias = dict[int, tuple[str, int]]
"""Line in one build -> its path and line number in the other build."""

LocateLines: TypeAlias = Callable[[str, Iterable[int]], Locations]
"""Returns the locations of lines of a path in the other build; lines that it does not have are left out."""

PYTHON = (".py", ".pyi")
"""The ends of the names of files whose statements are looked up in their source."""


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
    _continued: dict[str, dict[int, int]] = field(init=False, factory=dict)

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

    def find_first_lines(self, path: str, lines: Lines) -> dict[int, int]:
        """Return each of these lines that continues a statement -> the first line of that statement."""
        known = self._continued.setdefault(path, {})
        unknown = lines - Lines.of(known)
        text = self.source(path) if unknown and path.endswith(PYTHON) else None
        if text is not None:
            found = multiline.find_first_lines(text, unknown)
            known.update((line, found.get(line, line)) for line in unknown)
        return {line: known[line] for line in lines if known.get(line, line) != line}

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
        found = _map_lines(self.before, path, lines, self.linemap.forward, self.linemap.locate_forward)
        return {there: self.after.normalize_lines(there, mapped) for there, mapped in found.items()}

    def forward_missing(self, paths: Iterable[str]) -> dict[str, Lines]:
        """Return the missing lines of these files before, by path and line after."""
        files = self.before.report.files
        return union_by_path(self.forward(path, files[path].missing) for path in paths if files[path].missing)

    def backward(self, path: str, lines: Lines) -> dict[str, Lines]:
        """Return path before -> lines there, for lines of a file after. New lines are left out."""
        found = _map_lines(self.after, path, lines, self.linemap.backward, self.linemap.locate_backward)
        return {there: self.before.normalize_lines(there, mapped) for there, mapped in found.items()}

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
        return self.after.normalize_locations(_locate_lines(self.before, path, lines, self.linemap.locate_forward))

    def locate_backward(self, path: str, lines: Iterable[int]) -> dict[int, tuple[str, int]]:
        """Return line after -> path and line before, for lines of a file after. New lines are left out."""
        return self.before.normalize_locations(_locate_lines(self.after, path, lines, self.linemap.locate_backward))

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


def _map_lines(
    view: BuildView, path: str, lines: Lines, map_lines: MapLines, locate_lines: LocateLines
) -> Mapping[str, Lines]:
    """Return where lines of a view are; a line that continues a statement is where the statement begins."""
    found = map_lines(path, lines)
    if sum(map(len, found.values())) >= len(lines):
        return found
    lost = lines - Lines.of(locate_lines(path, lines))
    firsts = Lines.of(set(view.find_first_lines(path, lost).values()))
    return union_by_path([found, map_lines(path, firsts)]) if firsts else found


def _locate_lines(view: BuildView, path: str, lines: Iterable[int], locate_lines: LocateLines) -> Locations:
    """Return where each line of a view is; a line that continues a statement is where the statement begins."""
    wanted = Lines.of(lines)
    found = locate_lines(path, wanted)
    firsts = view.find_first_lines(path, wanted - Lines.of(found)) if len(found) < len(wanted) else {}
    there = locate_lines(path, Lines.of(set(firsts.values()))) if firsts else {}
    return found | {line: there[first] for line, first in firsts.items() if first in there}
