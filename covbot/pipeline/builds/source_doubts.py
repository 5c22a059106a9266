"""A new build held against the source of its revision: what does not fit it is left out, and said in notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core.comparison import source_check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.comparison.view import Transition
    from covbot.core.lines import Lines
    from covbot.pipeline.builds.build_views import EarlierBuild, PlacedBuild


@frozen(kw_only=True, eq=False)
class CheckedBuild:
    """A placed build without what its source does not bear out, and the transition to it.

    `misfits` are the files that were measured from another text, with lines that show it, `unparsed` those in a syntax
    that is not known, and `outside` those that are not in its tree.
    """

    placed: PlacedBuild
    transition: Transition | None
    misfits: Mapping[str, Lines]
    unparsed: frozenset[str]
    outside: frozenset[str]


def check_build(placed: PlacedBuild, newest: EarlierBuild | None, transition: Transition | None) -> CheckedBuild:
    """Return a new build as far as it fits its source, with notes on what does not.

    A file of which neither text nor coverage changed since the newest build is as it was found then.
    """
    unchanged = transition.unchanged_paths if transition else frozenset[str]()
    check = source_check.check_source(placed.view, placed.view.report.files.keys() - unchanged)
    view = source_check.believe(placed.view, check)
    known = newest.snapshot.measurement if newest else None
    unparsed = check.unparsed.keys() | (unchanged.intersection(known.unparsed) if known else frozenset())
    outside = check.outside | (unchanged.intersection(known.outside) if known else frozenset())
    notes = source_check.summarize(attrs.evolve(check, outside=outside))
    return CheckedBuild(
        placed=attrs.evolve(placed, view=view, notes=(*placed.notes, *notes)),
        transition=transition and attrs.evolve(transition, after=view),
        misfits=check.misfits,
        unparsed=frozenset(unparsed),
        outside=outside,
    )
