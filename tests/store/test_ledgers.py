"""The ledger is loaded as it was saved, and the records of older bugs are kept."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from covbot.core.bugs.record import BugRecord
from covbot.core.ledger.ledger import Ledger
from covbot.core.lines import Lines
from covbot.core.tasks.assessment import Assessment, NearbyTest, Risk
from covbot.core.tasks.gap import Gap
from covbot.core.tasks.task import Entry, Task, TaskKind
from covbot.store import schema
from store.drawn import COUNTS, LINES, TEXT
from support.filed_bug import NOW

if TYPE_CHECKING:
    from covbot.store.store import Store

TIMES = st.none() | st.datetimes(timezones=st.just(UTC))
RECORDS = st.builds(
    BugRecord,
    bug=COUNTS,
    generation=st.integers(1, 3),
    listed_lines=LINES,
    carried=st.booleans(),
    title=TEXT,
    description=TEXT,
    filed_at=st.datetimes(timezones=st.just(UTC)),
    edited_at=TIMES,
    commented_at=TIMES,
    done_at=TIMES,
    asked_at=TIMES,
    closed_at=TIMES,
    reopened_at=TIMES,
    verified=st.booleans(),
)
GAPS = st.builds(
    Gap,
    path=TEXT,
    region=TEXT,
    lines=LINES,
    at=COUNTS,
    since=COUNTS,
    until=st.none() | COUNTS,
    unconfirmed=st.booleans(),
)
ASSESSMENTS = st.builds(
    Assessment,
    statements=COUNTS,
    studied=st.booleans(),
    conditions=COUNTS,
    nearby_test=st.sampled_from(NearbyTest),
    test=TEXT,
    name=TEXT,
    risk=st.none()
    | st.builds(Risk, complexity=COUNTS, missing=COUNTS, statements=COUNTS, importers=COUNTS, churn=st.none() | COUNTS),
)
ENTRIES = st.builds(
    Entry,
    task=st.builds(
        Task,
        key=st.sampled_from(["00000000", "0000000a", "ffffffff"]),
        path=TEXT,
        regions=st.lists(TEXT, max_size=2).map(tuple),
        lines=LINES,
        kind=st.sampled_from(TaskKind),
    ),
    record=st.none() | RECORDS,
    unconfirmed=st.booleans(),
    ambiguous=st.booleans(),
    gone=st.booleans(),
    assessment=st.none() | ASSESSMENTS,
)
LEDGERS = st.builds(
    lambda gaps, entries: Ledger(
        gaps={(gap.path, gap.region): gap for gap in gaps}, entries={entry.task.key: entry for entry in entries}
    ),
    st.lists(GAPS, max_size=3),
    st.lists(ENTRIES, max_size=3),
)
RECORD = BugRecord(bug=1, generation=1, listed_lines=Lines.of([2]), title="t", description="d", filed_at=NOW)
ENTRY = Entry(task=Task(key="0000000a", path="a.py", regions=("",), lines=Lines.of([2])))


# Each example opens its own transaction, and rolls it back, in the one store of the test.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(ledgers=st.lists(LEDGERS, min_size=1, max_size=3))
def test_the_ledger_is_what_was_saved_last_whatever_was_there_before(store: Store, ledgers: list[Ledger]) -> None:
    with store.rollback():
        for ledger in ledgers:
            store.ledgers.save("nova", ledger)
            assert store.ledgers.load("nova") == ledger


def test_an_unknown_project_has_an_empty_ledger(store: Store) -> None:
    store.ledgers.save("nova", Ledger(entries={"0000000a": ENTRY}))
    assert store.ledgers.load("neutron") == Ledger()


def test_a_record_shows_in_the_ledger_of_its_project_alone(store: Store) -> None:
    ledger = Ledger(entries={"0000000a": ENTRY})
    store.ledgers.save("nova", ledger)
    store.ledgers.save("neutron", ledger)
    store.ledgers.save_record("nova", "0000000a", RECORD)
    assert store.ledgers.load("nova").entries["0000000a"] == attrs.evolve(ENTRY, record=RECORD)
    assert store.ledgers.load_record("nova", "0000000a") == RECORD
    assert store.ledgers.load("neutron") == ledger
    assert store.ledgers.load_record("neutron", "0000000a") is None


def test_the_record_of_an_older_bug_is_kept(store: Store) -> None:
    store.ledgers.save("nova", Ledger(entries={"0000000a": attrs.evolve(ENTRY, record=RECORD)}))
    second = attrs.evolve(RECORD, bug=2, generation=2)
    store.ledgers.save_record("nova", "0000000a", second)
    store.ledgers.save("nova", Ledger())
    with store.database.reading() as connection:
        assert len(connection.execute(schema.bugs.select()).all()) == 2
    assert store.ledgers.load_record("nova", "0000000a") == second
