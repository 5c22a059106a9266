"""The versions of a file, by their rows or spelled as their syntax trees are, as they are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core.linemap import functions, respelling, segments
from covbot.core.linemap.segments import Segment
from covbot.core.source import chunks, normalization, spelling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.linemap.functions import Function

PYTHON = (".py", ".pyi")
"""The ends of the names of files that are parsed as Python."""


@frozen(kw_only=True)
class SourceFile:
    """A file of one tree: its path and its text."""

    path: str
    text: str


@frozen(kw_only=True, eq=False)
class FileVersion:
    """One version of a file, or the part of it to compare, as the normalized text `plain`.

    `lines` are what is compared, `rows` the rows of the text, both without whitespace, and `numbers` the line numbers
    of these rows in the file.
    """

    source: SourceFile
    plain: str
    lines: Sequence[str]
    rows: Sequence[str]
    functions: Sequence[Function]
    numbers: Sequence[int]

    @property
    def path(self) -> str:
        """The path of the file."""
        return self.source.path


def make_whole_version(source: SourceFile) -> FileVersion:
    """Return the version of a file that is compared as a whole."""
    plain = normalization.normalize_text(source.text)
    return make_version(source, plain, range(1, plain.count("\n") + 1))


def make_version(source: SourceFile, plain: str, numbers: Sequence[int]) -> FileVersion:
    """Return the version of a file, or of the part of it with these lines, whose normalized text is `plain`."""
    segmented = segments.split_segments(plain)
    lines = segmented.lines
    found = [functions.make_function(source.path, segment, lines, lines) for segment in segmented.segments]
    return FileVersion(source=source, plain=plain, lines=lines, rows=lines, functions=found, numbers=numbers)


def spell_version(version: FileVersion) -> FileVersion | None:
    """Return a version of which each line is a statement as its syntax tree spells it; None if it cannot be parsed."""
    spelled = _spell_rows(version)
    if spelled is None:
        return None
    segmented = segments.split_segments("\n" + "\n".join(spelled))
    found = [
        functions.make_function(version.path, segment, segmented.lines, version.rows) for segment in segmented.segments
    ]
    return attrs.evolve(version, lines=segmented.lines, functions=found)


def _spell_rows(version: FileVersion) -> Sequence[str] | None:
    """Return the spelled rows of a version: of the part alone if it can be parsed, else out of the whole file."""
    spelled = spelling.spell_rows(version.plain[1:])
    if spelled is not None or len(version.numbers) == chunks.count_lines(chunks.split_chunks(version.source.text)):
        return spelled
    whole = spelling.spell_rows(normalization.normalize_text(version.source.text)[1:])
    return whole and [whole[number - 1] for number in version.numbers]


def spell_versions(
    before: Sequence[FileVersion], after: Sequence[FileVersion]
) -> tuple[Sequence[FileVersion], Sequence[FileVersion]]:
    """Return versions of other files spelled, if a statement of one is spelled differently in another one."""
    old, new = ([version for version in side if version.path.endswith(PYTHON)] for side in (before, after))
    texts = [
        {text for version in side for text in respelling.list_statements(version.plain, version.rows, ())}
        for side in ((old, new) if old and new else ((), ()))
    ]
    if not respelling.is_respelled(*texts):
        return (), ()
    spelled_old, spelled_new = (map(spell_version, side) for side in (old, new))
    return [one for one in spelled_old if one is not None], [one for one in spelled_new if one is not None]


def make_file_function(version: FileVersion) -> Function:
    """Return a whole file as if it were one function."""
    segment = Segment(name=version.path, kind="file", lines=[*range(len(version.lines))])
    return functions.make_function(version.path, segment, version.lines, version.rows)
