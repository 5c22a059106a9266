"""Encodes lines, files and times for the store: the same content is the same bytes on every machine.

What cannot be read back raises CannotUseStore: the store is damaged.
"""

from __future__ import annotations

import functools
import itertools
import json
import operator
import struct
import zlib
from array import array
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from covbot.core import lines
from covbot.core.coverage import Branch, FileCoverage
from covbot.core.lines import Lines
from covbot.errors import CannotUseStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

P = ParamSpec("P")
T = TypeVar("T")

_COMPRESSION_LEVEL = 9
_LENGTHS_HEADER = struct.Struct("<III")


_DAMAGES = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    struct.error,
    zlib.error,
    ExceptionGroup,
)
"""What reading raises where something else is stored than what was written."""


def make_damage_error(what: str, reason: str = "") -> CannotUseStore:
    """Return the error of a store in which something cannot be read."""
    shown = " ".join(f"{what} {reason}".split())
    return CannotUseStore(f"the store is damaged ({shown}): put back a copy of the database that `store` names")


def reads(what: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a function that reads what is stored raise CannotUseStore where it is damaged."""

    def decorate(read: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(read)
        def checked(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return read(*args, **kwargs)
            except _DAMAGES as error:
                raise make_damage_error(f"{what} cannot be read") from error

        return checked

    return decorate


def write_moment(moment: datetime) -> str:
    """Return a time in UTC to the microsecond, as text that sorts by time; raise ValueError if it has no zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} names no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@reads("a time")
def read_moment(text: str) -> datetime:
    """Return the time that `write_moment` wrote, in UTC."""
    return datetime.fromisoformat(text)


def write_text(text: str) -> str:
    """Return any text as ASCII without control characters (lone surrogates, NUL), so that every database accepts it."""
    return json.dumps(text)[1:-1]


@reads("a text")
def read_text(text: str) -> str:
    """Return the text that `write_text` wrote."""
    return str(json.loads(f'"{text}"'))


def write_lines(numbers: Lines) -> str:
    """Return line numbers as text: `3,7-9`."""
    return lines.format_ranges(numbers).replace(" ", "")


@reads("line numbers")
def read_lines(text: str) -> Lines:
    """Return the lines that `write_lines` wrote."""
    spans = (span.partition("-") for span in text.split(",") if span)
    return Lines.of(itertools.chain.from_iterable(range(int(low), int(high or low) + 1) for low, _, high in spans))


def write_file(file: FileCoverage) -> bytes:
    """Return a file's coverage as bytes, not compressed; equal files have the same bytes, and different ones do not."""
    lines_of_branches = sorted(file.branches)
    parts = [_pack_numbers(file.statements), _pack_numbers(file.missing), _pack_numbers(lines_of_branches)]
    rest: list[object] = [_write_branch(file.branches[line]) for line in lines_of_branches]
    if file.functions:
        rest.append({name: write_lines(file.functions[name]) for name in sorted(file.functions)})
    return _LENGTHS_HEADER.pack(*map(len, parts)) + b"".join(parts) + _dump_json(rest)


@reads("a file's coverage")
def read_file(data: bytes) -> FileCoverage:
    """Return the file's coverage that `write_file` wrote."""
    lengths = _LENGTHS_HEADER.unpack_from(data)
    ends = list(itertools.accumulate(lengths, initial=_LENGTHS_HEADER.size))
    statements, missing, lines_of_branches = (_unpack_numbers(data[low:high]) for low, high in itertools.pairwise(ends))
    rest = json.loads(data[ends[-1] :])
    functions = rest.pop() if len(rest) > len(lines_of_branches) else {}
    return FileCoverage(
        statements=Lines(statements.tobytes()),
        missing=Lines(missing.tobytes()),
        branches=dict(zip(lines_of_branches, map(_read_branch, rest), strict=True)),
        functions={name: read_lines(text) for name, text in functions.items()},
    )


def _write_branch(branch: Branch) -> list[object]:
    targets = None if branch.targets is None else sorted(branch.targets)
    return [branch.total, targets, branch.at_most]


def _read_branch(item: tuple[int, list[str] | None, int | None]) -> Branch:
    total, targets, at_most = item
    return Branch(total=total, targets=None if targets is None else frozenset(targets), at_most=at_most)


def write_manifest(manifest: Mapping[str, int]) -> bytes:
    """Return which file has which coverage, by the id of its row, as compressed bytes."""
    paths = sorted(manifest)
    rows = [manifest[path] for path in paths]
    return compress(_dump_json([paths, list(map(operator.sub, rows, [0, *rows]))]))


@reads("the files of a build")
def read_manifest(data: bytes) -> dict[str, int]:
    """Return the manifest that `write_manifest` wrote."""
    paths, steps = json.loads(decompress(data))
    return dict(zip(paths, itertools.accumulate(steps), strict=True))


def compress(data: bytes) -> bytes:
    """Compress bytes; the result differs among machines, so that only the unpacked content can be compared."""
    return zlib.compress(data, _COMPRESSION_LEVEL)


@reads("compressed data")
def decompress(data: bytes) -> bytes:
    """Return the bytes that were compressed."""
    return zlib.decompress(data)


def _dump_json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def _pack_numbers(numbers: Iterable[int]) -> bytes:
    """Return ascending numbers as the steps between them, seven bits a byte, the lowest first."""
    ascending = list(numbers)
    steps = list(map(operator.sub, ascending, [0, *ascending]))
    if max(steps, default=0) < 0x80:  # noqa: PLR2004 -- fits seven bits
        return bytes(steps)
    return b"".join(map(_pack_step, steps))


def _pack_step(step: int) -> bytes:
    packed = bytearray()
    while step > 0x7F:  # noqa: PLR2004 -- what seven bits hold
        packed.append(step & 0x7F | 0x80)
        step >>= 7
    packed.append(step)
    return bytes(packed)


def _unpack_numbers(data: bytes) -> array[int]:
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
