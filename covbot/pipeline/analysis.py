"""The tasks that may be written now, looked into: which of them come first, and all that their source shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import define, field

from covbot.core.advice.analysis import analyze_task, assess_task
from covbot.core.bugs import footers, statuses
from covbot.core.bugs.actions import FileBug
from covbot.core.policy import Order
from covbot.core.tasks import ranking, ranking_reasons
from covbot.pipeline import risk
from covbot.texts import writer
from covbot.texts.writer import TaskTexts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from covbot.core.advice.analysis import TaskAnalysis
    from covbot.core.bugs.actions import Plan
    from covbot.core.bugs.bug import Bug
    from covbot.core.planning.proposal import Proposal
    from covbot.core.tasks.task import Entry
    from covbot.pipeline.project import Project
    from covbot.pipeline.task_proposals import PassContext

    Choose: TypeAlias = Callable[[Sequence[Proposal]], Plan]

AT_ONCE = 24
"""Tasks that are looked into before the queue is ordered anew."""


@define(kw_only=True, eq=False)
class TaskAnalyzer:
    """What is found out in one pass; to look into sources and tests takes long, and most tasks only wait."""

    project: Project
    moment: PassContext
    _analyses: dict[str, TaskAnalysis] = field(init=False, factory=dict)

    def settle(self, proposals: Sequence[Proposal], choose: Choose) -> Sequence[Proposal]:
        """The proposals with what tells which of them are to be filed now, if any: the same as if all were looked into.

        What is not known of a task counts as the best that it may be; so it is enough to look into those that come
        first, until nothing that is not looked into comes first.
        """
        chosen = _filed(choose(proposals))
        if chosen:
            proposals = self._begin(proposals)
            chosen = _filed(choose(proposals))
        while wanted := self._unknown(proposals, chosen):
            proposals = [self._study(one) if one.footer.key in wanted else one for one in proposals]
            chosen = _filed(choose(proposals))
        order = self.project.policy.order
        return [attrs.evolve(one, reasons=ranking_reasons.explain_rank(one.entry, order)) for one in proposals]

    def _begin(self, proposals: Sequence[Proposal]) -> Sequence[Proposal]:
        """Forget what was found out of tasks that wait, in a build before perhaps; and weigh risks, if they count."""
        fresh = [_put(one, attrs.evolve(one.entry, assessment=None)) if _waits(one) else one for one in proposals]
        if self.project.policy.order is Order.EASY:
            return fresh
        candidates = [one.entry for one in fresh if self._is_measured(one)]
        weighed = risk.assess_risks(self.project, candidates, self.moment)
        return [_put(one, weighed.get(one.footer.key, one.entry)) for one in fresh]

    def _is_measured(self, proposal: Proposal) -> bool:
        """Whether a task's lines are those that are missing in the newest trusted build."""
        entry, files = proposal.entry, self.moment.view.report.files
        return bool(entry.task.lines) and proposal.held is None and not entry.ambiguous and entry.task.path in files

    def _unknown(self, proposals: Sequence[Proposal], chosen: Collection[str]) -> set[str]:
        """The keys of tasks to look into next: those chosen, and those behind them, the first of the queue first."""
        wanted = {one.footer.key for one in proposals if one.footer.key in chosen and not _is_known(one)}
        if not wanted:
            return set()
        queue = [one for one in proposals if _may_be_filed(one) and not _is_known(one)]
        queue.sort(key=lambda one: ranking.rank_entry(one.entry, self.project.policy))
        return wanted.union(one.footer.key for one in queue[:AT_ONCE])

    def _study(self, proposal: Proposal) -> Proposal:
        analysis = self._look(proposal)
        assessment = assess_task(analysis, ranking.find_assessment(proposal.entry))
        return _put(proposal, attrs.evolve(proposal.entry, assessment=assessment))

    def _look(self, proposal: Proposal) -> TaskAnalysis:
        key, moment = proposal.footer.key, self.moment
        if key not in self._analyses:
            found = analyze_task(proposal.entry.task, moment.view, moment.files, self.project.context)
            self._analyses[key] = found
        return self._analyses[key]

    def deepen(
        self, proposals: Sequence[Proposal], keys: Collection[str], known: Mapping[int, Bug]
    ) -> Sequence[Proposal]:
        """The proposals, those of these keys in the words that their source makes possible; the others as they were."""
        words = {}
        for proposal in proposals:
            told = TaskTexts(title=proposal.title, description=proposal.description, comments=proposal.comments)
            if proposal.footer.key in keys and not proposal.entry.ambiguous:
                told = self._describe(proposal)
            words[proposal.footer.key] = told
        unique = writer.make_titles_unique(words, _taken(proposals, known))
        return [_say(proposal, unique[proposal.footer.key]) for proposal in proposals]

    def _describe(self, proposal: Proposal) -> TaskTexts:
        project = self.project
        return project.writer.describe(
            proposal.entry, project.context, self.moment.agreeing, proposal.footer, analysis=self._look(proposal)
        )


def _filed(plan: Plan) -> set[str]:
    return {action.footer.key for action in plan.actions if isinstance(action, FileBug)}


def _put(proposal: Proposal, entry: Entry) -> Proposal:
    return attrs.evolve(proposal, entry=entry)


def _may_be_filed(proposal: Proposal) -> bool:
    entry = proposal.entry
    return _waits(proposal) and proposal.held is None and not entry.unconfirmed and not entry.ambiguous


def _waits(proposal: Proposal) -> bool:
    """Whether the next bug of a task is still to be filed."""
    record = proposal.entry.record
    return record is None or record.generation < proposal.footer.generation


def _is_known(proposal: Proposal) -> bool:
    return ranking.find_assessment(proposal.entry).studied


def _taken(proposals: Sequence[Proposal], known: Mapping[int, Bug]) -> Iterator[str]:
    """The titles of open bugs that belong to none of the proposals, or to one that has other words by now."""
    titles = {proposal.footer.key: proposal.title for proposal in proposals}
    for bug in known.values():
        footer = footers.parse(bug.description)
        if bug.status in statuses.OPEN and footer is not None and titles.get(footer.key) != bug.title:
            yield bug.title


def _say(proposal: Proposal, words: TaskTexts) -> Proposal:
    return attrs.evolve(proposal, title=words.title, description=words.description, comments=words.comments)
