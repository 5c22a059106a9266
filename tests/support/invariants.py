"""What must hold after every pass, law by law, whatever happened before it: bugs as they were and as they are."""

from __future__ import annotations

import collections
import datetime as dt
import re
from typing import TYPE_CHECKING

from covbot.core.bugs import bug_tags, footers, statuses
from covbot.core.bugs.statuses import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.bugs.bug import Bug
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.policy import Policy

CLOSED_BY_PEOPLE = statuses.DECLINED | {Status.EXPIRED, Status.FIX_RELEASED}


def check_law_2(ledger: Ledger, after: Sequence[Bug]) -> None:
    """Each missing line is in at most one task; each key in at most one live bug."""
    owned: collections.Counter[tuple[str, int]] = collections.Counter()
    for entry in ledger.entries.values():
        if not entry.ambiguous:
            owned.update((entry.task.path, line) for line in entry.task.lines)
    assert not [place for place, owners in owned.items() if owners > 1], "law 2: a line has two tasks"
    live = (bug for bug in after if bug.duplicate_of is None and bug.on_project)
    keys = collections.Counter(footers.parse(bug.description) for bug in live)
    assert not [key for key, times in keys.items() if key and times > 1], "law 2: two bugs bear one footer"


def check_law_5(before: Sequence[Bug], after: Sequence[Bug], by_person: set[tuple[int, str]]) -> None:
    """What people wrote, tagged, assigned or decided is as they left it."""
    now = {bug.number: bug for bug in after}
    for was in before:
        bug = now[was.number]
        assert (bug.tags, bug.assignee, bug.on_project) == (was.tags, was.assignee, was.on_project), "law 5"
        for part in ("title", "description"):
            kept = getattr(bug, part) == getattr(was, part)
            assert kept or (was.number, part) not in by_person, f"law 5: the {part} was a person's"
        decided = was.status in CLOSED_BY_PEOPLE and not was.status_mine
        assert bug.status is was.status or not decided, "law 5: the status was a person's"
        assert [each for each in bug.comments if not each.mine] == [each for each in was.comments if not each.mine]


def check_law_6(before: Sequence[Bug], after: Sequence[Bug], policy: Policy, written: int) -> None:
    """The caps on open bugs, on new ones within a day, and on writes of one pass."""
    mine = [bug for bug in after if footers.parse(bug.description)]
    if len(after) > len(before):
        held = sum(bug.status in statuses.OPEN and bug.duplicate_of is None for bug in mine)
        assert held <= policy.max_open, "law 6: too many open bugs"
    made = sorted(bug.created_at for bug in mine)
    for moment in made:
        within = sum(moment <= other < moment + dt.timedelta(days=1) for other in made)
        assert within <= policy.new_per_day, "law 6: too many new bugs in a day"
    assert written <= policy.writes_per_run, "law 6: too many writes in a pass"


def check_law_11(before: Sequence[Bug], after: Sequence[Bug]) -> None:
    """A bug that people declined, took or marked as a duplicate is not written to, and its task not filed again."""
    now = {bug.number: bug for bug in after}
    held = [bug for bug in before if is_suppressed(bug)]
    assert [bug for bug in held if now[bug.number] != bug] == [], "law 11: a suppressed bug was written to"
    newest = {footer.key: bug for bug in before if (footer := footers.parse(bug.description))}
    keys = {key for key, bug in newest.items() if is_suppressed(bug)}
    fresh = [footer for bug in after[len(before) :] if (footer := footers.parse(bug.description))]
    assert [footer for footer in fresh if footer.key in keys] == [], "law 11: a suppressed task was filed again"


def is_suppressed(bug: Bug) -> bool:
    """Whether a bug is out of covbot's hands for good."""
    if footers.parse(bug.description) is None:
        return True
    released = bug_tags.COVBOT not in bug.tags or bug_tags.IGNORE in bug.tags or not bug.on_project
    declined = bug.status in statuses.DECLINED and not bug.status_mine
    return released or declined or bug.duplicate_of is not None


def check_law_16(after: Sequence[Bug]) -> None:
    """Hostile names stay within Launchpad's limits, appear as text, and the footer appears once."""
    for bug in after:
        footer = footers.parse(bug.description)
        if footer is None:
            continue
        found = re.findall(r"^covbot: pictured/[0-9a-f]{8}/\d+$", bug.description, re.MULTILINE)
        assert found == [str(footer)], "law 16: the footer does not appear once"
        assert 1 <= len(bug.title) <= 200, "law 16"
        assert len(bug.description) <= 50_000, "law 16"
        assert "42/bug" not in bug.title + bug.description, "law 16: a name was rendered"
        assert not re.search(r"\bbug \d+\.py", bug.title + bug.description), "law 16: a name looks like a link"
