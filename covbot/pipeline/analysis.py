"""The analysis of the tasks that may be written now: their order, and everything that their source shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import define, field

from covbot.core.advice.analysis import analyze_task, assess_task
from covbot.core.bugs import footers, statuses
from covbot.core.bugs.actions import FileBug
from covbot.core.policy import Order
from covbot.core.tasks import ranking, ranking_reasons
from covbot.pipeline import risk, task_proposals
from covbot.texts import writer
from covbot.texts.writer import TaskTexts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from covbot.core.advice.analysis import TaskAnalysis
    from covbot.core.bugs.actions import Plan
    from covbot.core.bugs.bug import Bug
    from covbot.core.planning.planner import Planner
    from covbot.core.planning.proposal import Proposal
    from covbot.pipeline.project import Project
    from covbot.pipeline.task_proposals import PassContext

BATCH_SIZE = 24
"""The number of tasks that are analyzed before the queue is ordered again."""


@define(kw_only=True, eq=False)
class TaskAnalyzer:
    """The analyzer of the tasks of one pass, each at most once: an analysis is slow, and most tasks only wait."""

    project: Project
    context: PassContext
    _analyses: dict[str, TaskAnalysis] = field(init=False, factory=dict)

    def rank(self, proposals: Sequence[Proposal], planner: Planner) -> Sequence[Proposal]:
        """Return the proposals with the assessments that decide which of them are filed now.

        The decision is the same as if all were analyzed: what is unknown of a task counts as the best that it can be.
        So it is enough to analyze those that come first, until every task that comes first is analyzed.
        """
        chosen = _list_filed(planner.plan(proposals))
        if chosen:
            proposals = self._prepare_proposals(proposals)
            chosen = _list_filed(planner.plan(proposals))
        while wanted := self._find_unknown(proposals, chosen):
            proposals = [self._assess_proposal(one) if one.footer.key in wanted else one for one in proposals]
            chosen = _list_filed(planner.plan(proposals))
        order = self.project.policy.order
        return [attrs.evolve(one, reasons=ranking_reasons.explain_rank(one.entry, order)) for one in proposals]

    def _prepare_proposals(self, proposals: Sequence[Proposal]) -> Sequence[Proposal]:
        """Return the proposals without old assessments of tasks that wait, and with risks if the order uses them."""
        fresh = [
            attrs.evolve(one, entry=attrs.evolve(one.entry, assessment=None)) if _is_waiting(one) else one
            for one in proposals
        ]
        if self.project.policy.order is Order.EASY:
            return fresh
        candidates = [one.entry for one in fresh if self._is_measured(one)]
        assessed = risk.assess_risks(self.project, candidates, self.context)
        return [attrs.evolve(one, entry=assessed.get(one.footer.key, one.entry)) for one in fresh]

    def _is_measured(self, proposal: Proposal) -> bool:
        """Whether the lines of a task are those missing in the newest trusted build."""
        entry, files = proposal.entry, self.context.view.report.files
        return bool(entry.task.lines) and proposal.held is None and not entry.ambiguous and entry.task.path in files

    def _find_unknown(self, proposals: Sequence[Proposal], chosen: Collection[str]) -> set[str]:
        """Return the keys of the tasks to analyze next: those chosen, and the first ones after them in the queue."""
        wanted = {one.footer.key for one in proposals if one.footer.key in chosen and not _is_assessed(one)}
        if not wanted:
            return set()
        queue = [one for one in proposals if _may_be_filed(one) and not _is_assessed(one)]
        queue.sort(key=lambda one: ranking.rank_entry(one.entry, self.project.policy))
        return wanted.union(one.footer.key for one in queue[:BATCH_SIZE])

    def _assess_proposal(self, proposal: Proposal) -> Proposal:
        assessment = assess_task(self._analyze_proposal(proposal), ranking.find_assessment(proposal.entry))
        return attrs.evolve(proposal, entry=attrs.evolve(proposal.entry, assessment=assessment))

    def _analyze_proposal(self, proposal: Proposal) -> TaskAnalysis:
        key, context = proposal.footer.key, self.context
        if key not in self._analyses:
            found = analyze_task(proposal.entry.task, context.view, context.tests, self.project.context)
            self._analyses[key] = found
        return self._analyses[key]

    def describe(
        self, proposals: Sequence[Proposal], keys: Collection[str], bugs: Mapping[int, Bug]
    ) -> Sequence[Proposal]:
        """Return the proposals, those of these keys with texts that use everything their source shows."""
        words = {}
        for proposal in proposals:
            known = TaskTexts(title=proposal.title, description=proposal.description, comments=proposal.comments)
            analyzed = proposal.footer.key in keys and not proposal.entry.ambiguous
            words[proposal.footer.key] = self._describe_task(proposal) if analyzed else known
        titles = {key: texts.title for key, texts in words.items()}
        unique = writer.make_titles_unique(words, _find_other_titles(titles, bugs))
        return [_replace_words(proposal, unique[proposal.footer.key]) for proposal in proposals]

    def _describe_task(self, proposal: Proposal) -> TaskTexts:
        project = self.project
        return project.writer.try_describe(
            proposal.entry,
            project.context,
            self.context.agreeing,
            proposal.footer,
            analysis=self._analyze_proposal(proposal),
        )


def _list_filed(plan: Plan) -> set[str]:
    return {action.footer.key for action in plan.actions if isinstance(action, FileBug)}


def _may_be_filed(proposal: Proposal) -> bool:
    entry = proposal.entry
    return _is_waiting(proposal) and proposal.held is None and not entry.unconfirmed and not entry.ambiguous


def _is_waiting(proposal: Proposal) -> bool:
    """Whether the next bug of a task is still to be filed."""
    record = proposal.entry.record
    return record is None or record.generation < proposal.footer.generation


def _is_assessed(proposal: Proposal) -> bool:
    return ranking.find_assessment(proposal.entry).studied


def _find_other_titles(titles: Mapping[str, str], bugs: Mapping[int, Bug]) -> Iterator[str]:
    """Yield the titles of open bugs that belong to none of these tasks, or to one with another title now."""
    for bug in bugs.values():
        footer = footers.parse(bug.description)
        if bug.status in statuses.OPEN and footer is not None and titles.get(footer.key) != bug.title:
            yield bug.title


def _replace_words(proposal: Proposal, words: TaskTexts) -> Proposal:
    return attrs.evolve(
        proposal,
        title=words.title,
        description=words.description,
        comments=words.comments,
        held=proposal.held or task_proposals.hold_without_text(words),
    )
