"""Lines that run in one build and not in the next, though nothing about them changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Flips: TypeAlias = Mapping[int, tuple[int, ...]]
"""Line -> numbers of the trusted builds in which it was another than in the build before, with its text unchanged."""

FLAKY_FLIPS = 2
"""So many flips within the builds that are looked at make a line flaky."""


def find_flaky_lines(flips: Flips) -> Lines:
    """The lines that flipped too often."""
    return Lines.of(line for line, builds in flips.items() if len(builds) >= FLAKY_FLIPS)


def add_flips(flips: Flips, flipped: Lines, *, build: int, recent: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The flips after one more build, all numbered as in it; `recent` are the builds that count, it the last of them.

    A change that the next build confirms is no flip but a change, unless it only took back the one before.
    """
    known = {line: tuple(number for number in builds if number in recent) for line, builds in flips.items()}
    steady = {line: _confirm(builds, recent) for line, builds in known.items() if line not in flipped}
    known.update(steady)
    for line in flipped:
        known[line] = (*known.get(line, ()), build)
    return {line: builds for line, builds in sorted(known.items()) if builds}


def _confirm(builds: tuple[int, ...], recent: Sequence[int]) -> tuple[int, ...]:
    """The flips of a line that is as it was in the build before."""
    if len(recent) < FLAKY_FLIPS or not builds or builds[-1] != recent[-2]:
        return builds
    took_back = len(recent) > FLAKY_FLIPS and len(builds) > 1 and builds[-2] == recent[-3]
    return builds if took_back else builds[:-1]


def map_flips(flips: Flips, path: str, forward: Callable[[str, Lines], Mapping[str, Lines]]) -> dict[str, Flips]:
    """The flips of a file before, by path and line after."""
    moved: dict[str, dict[int, tuple[int, ...]]] = {}
    for line, builds in flips.items():
        for there, places in forward(path, Lines.of([line])).items():
            for place in places:
                moved.setdefault(there, {})[place] = builds
    return dict(moved)
