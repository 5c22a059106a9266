"""An accepted action stays pending until it is completed, in its order; every reason and receipt can be read again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from covbot.core.bugs.actions import (
    About,
    Action,
    CommentOnBug,
    EditBug,
    FileBug,
    Outcome,
    Plan,
    Receipt,
    SetStatus,
    Skipped,
)
from covbot.core.bugs.footers import Footer
from covbot.core.bugs.statuses import Status
from covbot.errors import CannotUseStore
from store.drawn import COUNTS, LINES, TEXT
from support.filed_bug import NOW

if TYPE_CHECKING:
    from covbot.store.store import Store

KEYS = st.sampled_from(["00000000", "0000000a", "ffffffff"])
FOOTERS = st.builds(Footer, project=st.just("nova"), key=KEYS, generation=st.integers(1, 3))
STATUSES = st.sampled_from(Status)
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(
        FileBug,
        footer=FOOTERS,
        title=TEXT,
        description=TEXT,
        tags=st.lists(TEXT, max_size=2).map(tuple),
        lines=LINES,
        why=TEXT,
    ),
    st.builds(EditBug, footer=FOOTERS, bug=COUNTS, title=TEXT, description=TEXT, replaces=TEXT, lines=LINES, why=TEXT),
    st.builds(CommentOnBug, footer=FOOTERS, bug=COUNTS, about=st.sampled_from(About), text=TEXT, why=TEXT),
    st.builds(SetStatus, footer=FOOTERS, bug=COUNTS, status=STATUSES, replaces=STATUSES, why=TEXT),
)
PLANS = st.builds(
    Plan,
    actions=st.lists(ACTIONS, max_size=4).map(tuple),
    skipped=st.lists(st.builds(Skipped, key=KEYS, title=TEXT, why=TEXT), unique_by=lambda skipped: skipped.key).map(
        tuple
    ),
)


def make_comment(key: str, text: str) -> CommentOnBug:
    """Return a comment on bug 1."""
    footer = Footer(project="nova", key=key, generation=1)
    return CommentOnBug(footer=footer, bug=1, about=About.DONE, text=text, why="all statements run")


# Each example opens its own transaction, and rolls it back, in the one store of the test.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(plans=st.lists(PLANS, min_size=1, max_size=3), outcome=st.sampled_from(Outcome), note=TEXT)
def test_actions_wait_in_their_order_and_become_receipts(
    store: Store, plans: list[Plan], outcome: Outcome, note: str
) -> None:
    with store.rollback():
        for plan in plans:
            store.outbox.accept("nova", plan, at=NOW)
        pending = store.outbox.pending("nova")
        assert [item.action for item in pending] == [action for plan in plans for action in plan.actions]
        assert {item.accepted_at for item in pending} <= {NOW}
        assert store.outbox.skipped("nova") == {skipped.key: skipped for skipped in plans[-1].skipped}
        receipts = [Receipt(action=item.action, outcome=outcome, bug=None, at=NOW, note=note) for item in pending]
        for item, receipt in zip(pending, receipts, strict=True):
            store.outbox.complete(item.id, receipt)
        assert store.outbox.pending("nova") == []
        assert store.outbox.receipts("nova") == receipts[::-1]


def test_receipts_can_be_asked_for_by_task_and_number(store: Store) -> None:
    actions = (make_comment("0000000a", "1"), make_comment("0000000b", "2"), make_comment("0000000a", "3"))
    store.outbox.accept("nova", Plan(actions=actions), at=NOW)
    for item in store.outbox.pending("nova"):
        later = NOW + timedelta(minutes=item.id)
        store.outbox.complete(item.id, Receipt(action=item.action, outcome=Outcome.DONE, bug=1, at=later))
    found = [receipt.action for receipt in store.outbox.receipts("nova", key="0000000a")]
    assert found == [actions[2], actions[0]]
    assert [receipt.action for receipt in store.outbox.receipts("nova", limit=1)] == [actions[2]]


def test_an_action_cannot_be_completed_twice(store: Store) -> None:
    store.outbox.accept("nova", Plan(actions=(make_comment("0000000a", "1"),)), at=NOW)
    (item,) = store.outbox.pending("nova")
    receipt = Receipt(action=item.action, outcome=Outcome.DONE, bug=1, at=NOW)
    store.outbox.complete(item.id, receipt)
    with pytest.raises(CannotUseStore, match="settled already"):
        store.outbox.complete(item.id, receipt)
    assert store.outbox.receipts("nova") == [receipt]


def test_projects_do_not_see_each_others_actions_and_reasons(store: Store) -> None:
    skipped = Skipped(key="0000000a", title="t", why="w")
    store.outbox.accept("nova", Plan(actions=(make_comment("0000000a", "1"),), skipped=(skipped,)), at=NOW)
    store.outbox.accept("neutron", Plan(), at=NOW)
    assert store.outbox.pending("neutron") == []
    assert store.outbox.skipped("neutron") == {}
    assert store.outbox.skipped("nova") == {"0000000a": skipped}
