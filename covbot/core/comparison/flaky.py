"""The detection of flaky lines, which run in one build and not in the next although they did not change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Flips: TypeAlias = Mapping[int, tuple[int, ...]]
"""Line -> numbers of the trusted builds in which its state changed while its text did not."""

FLAKY_FLIPS = 2
"""The number of flips within the recent builds from which a line is flaky."""


def find_flaky_lines(flips: Flips) -> Lines:
    """Return the lines that flipped too often."""
    return Lines.of(line for line, builds in flips.items() if len(builds) >= FLAKY_FLIPS)


def add_flips(flips: Flips, flipped: Lines, *, build: int, recent: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return the flips after one more build, all lines numbered as in it.

    `recent` are the numbers of the builds that count; the new build is the last of them. A change that the next build
    confirms is no flip, unless it only reverted the change before.
    """
    known = {line: tuple(number for number in builds if number in recent) for line, builds in flips.items()}
    unflipped = {line: _drop_confirmed_flip(builds, recent) for line, builds in known.items() if line not in flipped}
    known.update(unflipped)
    for line in flipped:
        known[line] = (*known.get(line, ()), build)
    return {line: builds for line, builds in sorted(known.items()) if builds}


def _drop_confirmed_flip(builds: tuple[int, ...], recent: Sequence[int]) -> tuple[int, ...]:
    """Return the flips of a line without the one that the newest build confirms as a change."""
    if len(recent) < FLAKY_FLIPS or not builds or builds[-1] != recent[-2]:
        return builds
    took_back = len(recent) > FLAKY_FLIPS and len(builds) > 1 and builds[-2] == recent[-3]
    return builds if took_back else builds[:-1]


def map_flips(flips: Flips, path: str, forward: Callable[[str, Lines], Mapping[str, Lines]]) -> dict[str, Flips]:
    """Return the flips of a file before, by path and line after."""
    moved: dict[str, dict[int, tuple[int, ...]]] = {}
    for line, builds in flips.items():
        for there, lines in forward(path, Lines.of([line])).items():
            for number in lines:
                moved.setdefault(there, {})[number] = builds
    return dict(moved)
