"""The tasks that are about to be written, told anew with all that the source of their build shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core import bugs, insights
from covbot.core.suites import Suites
from covbot.texts import writer
from covbot.texts.writer import Words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from covbot.core.bugs import Bug
    from covbot.core.proposals import Proposal
    from covbot.pipeline.project import Project
    from covbot.pipeline.proposing import Moment


def deepen(
    project: Project, proposals: Sequence[Proposal], keys: Collection[str], moment: Moment, known: Mapping[int, Bug]
) -> list[Proposal]:
    """The proposals, those of these keys in the words that their source makes possible; the others as they were.

    To look into sources and tests takes long, and most tasks only wait in the queue.
    """
    view = moment.view
    files = Suites(paths=view.paths, source=view.source) if view.paths is not None else None
    words = {}
    for proposal in proposals:
        told = Words(title=proposal.title, description=proposal.description, comments=proposal.comments)
        if proposal.footer.key in keys and not proposal.entry.blurred:
            insight = insights.study(proposal.entry.task, view, files, project.context)
            told = project.writer.describe(
                proposal.entry, project.context, moment.agreeing, proposal.footer, insight=insight
            )
        words[proposal.footer.key] = told
    unique = writer.distinguish(words, _taken(proposals, known))
    return [_say(proposal, unique[proposal.footer.key]) for proposal in proposals]


def _taken(proposals: Sequence[Proposal], known: Mapping[int, Bug]) -> Iterator[str]:
    """The titles of open bugs that belong to none of the proposals, or to one that has other words by now."""
    titles = {proposal.footer.key: proposal.title for proposal in proposals}
    for bug in known.values():
        footer = bugs.footer_of(bug.description)
        if bug.status in bugs.OPEN and footer is not None and titles.get(footer.key) != bug.title:
            yield bug.title


def _say(proposal: Proposal, words: Words) -> Proposal:
    return attrs.evolve(proposal, title=words.title, description=words.description, comments=words.comments)
