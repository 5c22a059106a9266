"""Lines, files and moments as the store holds them: the same content is the same bytes on every machine."""

from __future__ import annotations

import itertools
import json
import operator
import struct
import zlib
from array import array
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from covbot.core import lines
from covbot.core.coverage import Branch, FileCoverage
from covbot.core.lines import Lines
from covbot.errors import CannotUseStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LEVEL = 9
_LENGTHS = struct.Struct("<III")


def write_moment(moment: datetime) -> str:
    """A moment in UTC to the microsecond, as text that sorts by time; ValueError if it names no zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} names no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def read_moment(text: str) -> datetime:
    """The moment that `write_moment` wrote, in UTC."""
    return datetime.fromisoformat(text)


def write_text(text: str) -> str:
    """Any text as ASCII without control characters, so that every database takes it (lone surrogates, NUL)."""
    return json.dumps(text)[1:-1]


def read_text(text: str) -> str:
    """The text that `write_text` wrote."""
    return str(json.loads(f'"{text}"'))


def write_lines(numbers: Lines) -> str:
    """Line numbers as text: `3,7-9`."""
    return lines.format_ranges(numbers).replace(" ", "")


def read_lines(text: str) -> Lines:
    """The lines that `write_lines` wrote."""
    spans = (span.partition("-") for span in text.split(",") if span)
    return Lines.of(itertools.chain.from_iterable(range(int(low), int(high or low) + 1) for low, _, high in spans))


def write_file(file: FileCoverage) -> bytes:
    """A file's coverage as bytes, not compressed: two files have the same bytes if and only if they are equal."""
    places = sorted(file.branches)
    parts = [_pack(file.statements), _pack(file.missing), _pack(places)]
    told: list[object] = [_write_branch(file.branches[place]) for place in places]
    if file.functions:
        told.append({name: write_lines(file.functions[name]) for name in sorted(file.functions)})
    return _LENGTHS.pack(*map(len, parts)) + b"".join(parts) + _dump(told)


def read_file(data: bytes) -> FileCoverage:
    """The file's coverage that `write_file` wrote."""
    lengths = _LENGTHS.unpack_from(data)
    ends = list(itertools.accumulate(lengths, initial=_LENGTHS.size))
    statements, missing, places = (_unpack(data[low:high]) for low, high in itertools.pairwise(ends))
    told = json.loads(data[ends[-1] :])
    functions = told.pop() if len(told) > len(places) else {}
    return FileCoverage(
        statements=Lines(statements.tobytes()),
        missing=Lines(missing.tobytes()),
        branches=dict(zip(places, map(_read_branch, told), strict=True)),
        functions={name: read_lines(text) for name, text in functions.items()},
    )


def _write_branch(branch: Branch) -> list[object]:
    targets = None if branch.targets is None else sorted(branch.targets)
    return [branch.total, targets, branch.at_most]


def _read_branch(item: tuple[int, list[str] | None, int | None]) -> Branch:
    total, targets, at_most = item
    return Branch(total=total, targets=None if targets is None else frozenset(targets), at_most=at_most)


def write_manifest(manifest: Mapping[str, int]) -> bytes:
    """Which file has which coverage, by the row of it: compressed."""
    paths = sorted(manifest)
    rows = [manifest[path] for path in paths]
    return compress(_dump([paths, list(map(operator.sub, rows, [0, *rows]))]))


def read_manifest(data: bytes) -> dict[str, int]:
    """The manifest that `write_manifest` wrote."""
    paths, steps = json.loads(decompress(data))
    return dict(zip(paths, itertools.accumulate(steps), strict=True))


def compress(data: bytes) -> bytes:
    """Fewer bytes; how few differs among machines, so that only what they unpack to is to be compared."""
    return zlib.compress(data, _LEVEL)


def decompress(data: bytes) -> bytes:
    """What was compressed; CannotUseStore if it is damaged."""
    try:
        return zlib.decompress(data)
    except zlib.error as error:
        raise CannotUseStore(f"the store is damaged ({error}): put back a copy of it") from error


def _dump(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def _pack(numbers: Iterable[int]) -> bytes:
    """Ascending numbers as the steps between them, seven bits a byte, the lowest first."""
    ascending = list(numbers)
    steps = list(map(operator.sub, ascending, [0, *ascending]))
    if max(steps, default=0) < 0x80:  # noqa: PLR2004 -- fits seven bits
        return bytes(steps)
    return b"".join(map(_pack_one, steps))


def _pack_one(step: int) -> bytes:
    packed = bytearray()
    while step > 0x7F:  # noqa: PLR2004 -- what seven bits hold
        packed.append(step & 0x7F | 0x80)
        step >>= 7
    packed.append(step)
    return bytes(packed)


def _unpack(data: bytes) -> array[int]:
    if data.isascii():  # every step fits one byte, as almost always
        return array("I", itertools.accumulate(data))
    return array("I", itertools.accumulate(_unpack_steps(data)))


def _unpack_steps(data: bytes) -> Iterable[int]:
    step = shift = 0
    for byte in data:
        step |= (byte & 0x7F) << shift
        shift += 7
        if byte <= 0x7F:  # noqa: PLR2004 -- the last byte of a step has no eighth bit
            yield step
            step = shift = 0
