"""The construction of the line map of two trees from the texts of the files that changed between them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from attrs import Factory, define

from covbot.core.linemap import file_map, file_versions, function_match, linemap, statement_map
from covbot.core.linemap.linemap import FileMap, LineMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from covbot.core.linemap.diff import Pairs
    from covbot.core.linemap.file_map import MappedFile
    from covbot.core.linemap.file_versions import FileVersion, SourceFile
    from covbot.core.linemap.functions import Function, FunctionMatch

SAME_FILE = 0.5
"""The share of common lines from which two files are versions of one file."""


def map_files(
    pairs: Iterable[tuple[SourceFile, SourceFile]], deleted: Iterable[SourceFile], added: Iterable[SourceFile]
) -> LineMap:
    """Return the line map of the files that changed.

    `pairs`, which are read one by one, are the versions of files that kept their path or were renamed. A pair with too
    few common lines is matched again with the other files, since files may have been swapped. Functions that moved from
    one file to another become `moved_functions`.
    """
    mapper = _Mapper()
    for before, after in pairs:
        mapper.match_pair(before, after)
    mapper.before += map(file_versions.make_whole_version, deleted)
    mapper.after += map(file_versions.make_whole_version, added)
    mapper.match_unpaired()
    return mapper.build_line_map()


@define(kw_only=True)
class _Mapper:
    """The maps made so far, and the file versions and functions that have no counterpart yet."""

    files: dict[str, FileMap] = Factory(dict)
    before: list[FileVersion] = Factory(list)
    after: list[FileVersion] = Factory(list)
    removed: list[Function] = Factory(list)
    added: list[Function] = Factory(list)

    def match_pair(self, before: SourceFile, after: SourceFile) -> None:
        """Map a pair, or keep its versions for later if they have too few lines in common."""
        mapped = file_map.map_pair(before, after)
        if mapped.likeness < SAME_FILE:
            self.before.append(file_versions.make_whole_version(before))
            self.after.append(file_versions.make_whole_version(after))
        else:
            self._keep_map(mapped)

    def _keep_map(self, mapped: MappedFile) -> None:
        """Keep the map of a file, and the functions that it leaves over."""
        self.files[mapped.file.before] = mapped.file
        self.removed += mapped.removed
        self.added += mapped.added

    def match_unpaired(self) -> None:
        """Map the unpaired versions by their text, then those that share a path. The rest was deleted or added."""
        old = {version.path: version for version in self.before}
        new = {version.path: version for version in self.after}
        self._match_files(self.before, self.after, old, new)
        self._match_files(*file_versions.spell_versions([*old.values()], [*new.values()]), old, new)
        for path in sorted(old.keys() & new.keys()):
            self._keep_map(file_map.map_versions(old.pop(path), new.pop(path)))
        self.before, self.after = [*old.values()], [*new.values()]

    def _match_files(
        self,
        before: Iterable[FileVersion],
        after: Iterable[FileVersion],
        old: dict[str, FileVersion],
        new: dict[str, FileVersion],
    ) -> None:
        """Map the versions with enough common lines, and take them out of `old` and `new`."""
        for matched in function_match.match_by_text(
            [*map(file_versions.make_file_function, before)],
            [*map(file_versions.make_file_function, after)],
            least=SAME_FILE,
        ):
            self._keep_map(file_map.map_versions(old.pop(matched.before.path), new.pop(matched.after.path)))

    def build_line_map(self) -> LineMap:
        """Return the line map, with the functions that moved to another file."""
        removed = [function for version in self.before for function in version.functions]
        added = [function for version in self.after for function in version.functions]
        return LineMap(
            files=self.files,
            moved_functions=_list_moved_functions(
                function_match.match_by_text(self.removed + removed, self.added + added), self.files
            ),
            deleted=frozenset(version.path for version in self.before),
            added=frozenset(version.path for version in self.after),
        )


def _list_moved_functions(found: Iterable[FunctionMatch], files: Mapping[str, FileMap]) -> tuple[FileMap, ...]:
    """Return the maps of functions that moved to another file, less lines that have a counterpart in their own file."""
    backward = {file.after: file for file in files.values()}
    pairs: dict[tuple[str, str], Pairs] = defaultdict(list)
    names: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for matched in found:
        before, after = matched.before.path, matched.after.path
        names[before, after][matched.before.segment.name] = matched.after.segment.name
        for i, j in statement_map.map_match(matched):
            if not (before in files and files[before].forward([i + 1])) and not (
                after in backward and backward[after].backward([j + 1])
            ):
                pairs[before, after].append((i, j))
    return tuple(
        FileMap(
            before=before,
            after=after,
            runs=linemap.pack_runs((i + 1, j + 1) for i, j in sorted(lines)),
            names=names[before, after],
        )
        for (before, after), lines in pairs.items()
    )
