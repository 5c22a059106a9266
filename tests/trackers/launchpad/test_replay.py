"""The double responds to recorded requests as the Launchpad did on which they were recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from doubles.launchpad.recorded import recordings, stage
from doubles.launchpad.recorded.replay import Replay
from doubles.launchpad.server import Double

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.launchpad.recorded.recordings import Exchange


@pytest.mark.parametrize("name", ["exchanges", "exchanges-probes"])
def test_the_double_sends_the_responses_that_launchpad_sent(name: str) -> None:
    """Status, the headers that matter and every field of the body are those of the recording."""
    exchanges = recordings.read_exchanges(name)
    script = stage.SCRIPTS[name]
    different = {}
    with Double() as double:
        double.people.settle()
        replay = Replay(double=double)
        for index, exchange in enumerate(exchanges):
            script.prepare_world(index, replay)
            if index not in script.omitted:
                who, level = script.senders.get(index, ("filer", "WRITE_PRIVATE"))
                found = replay.compare_exchange(script.normalize_exchange(exchange), who, level)
                different.update({f"{index} {exchange.method} {exchange.path}": found} if found else {})
    assert different == {}


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda exchange: exchange, ""),
        (lambda exchange: evolve(exchange, status=200), "status"),
        (lambda exchange: evolve(exchange, headers=exchange.headers | {"vary": "Cookie"}), "vary"),
        (lambda exchange: evolve(exchange, headers=exchange.headers | {"etag": "x"}), "etag"),
        (lambda exchange: evolve(exchange, body=exchange.body.replace('"heat": 6', '"heat": 7')), ".heat"),
        (lambda exchange: evolve(exchange, body=exchange.body.replace('"heat"', '"cold"')), ".cold .heat"),
    ],
)
def test_a_response_that_differs_is_reported(spoil: Callable[[Exchange], Exchange], expected: str) -> None:
    """The comparison can fail: by status, by header, and by a field that is absent or has another value."""
    with Double() as double:
        double.people.settle()
        found = Replay(double=double).compare_exchange(spoil(recordings.read_exchanges("exchanges")[19]))
    assert [each.partition(" ")[0].rstrip(":") for each in found] == expected.split()


def test_few_recordings_are_left_out_and_each_for_a_reason() -> None:
    """Only what covbot never requests, and what the double serves elsewhere, is not compared."""
    left_out = {name: len(script.omitted) for name, script in stage.SCRIPTS.items()}
    assert left_out == {"exchanges": 3, "exchanges-probes": 23}
    assert all(reason for script in stage.SCRIPTS.values() for reason in script.omitted.values())
