"""The double answers recorded requests as the Launchpad answered that they were recorded on."""

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
def test_the_double_answers_what_launchpad_answered(name: str) -> None:
    """Status, the headers that matter and every field of the body are those of the recording."""
    exchanges = recordings.exchanges(name)
    script = stage.SCRIPTS[name]
    different = {}
    with Double() as double:
        double.people.settle()
        replay = Replay(double=double)
        for place, exchange in enumerate(exchanges):
            script.set_up(place, replay)
            if place not in script.left_out:
                who, level = script.senders.get(place, ("filer", "WRITE_PRIVATE"))
                found = replay.play(script.read(exchange), who, level)
                different.update({f"{place} {exchange.method} {exchange.path}": found} if found else {})
    assert different == {}


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda exchange: exchange, ""),
        (lambda exchange: evolve(exchange, status=200), "status"),
        (lambda exchange: evolve(exchange, headers=exchange.headers | {"vary": "Cookie"}), "vary"),
        (lambda exchange: evolve(exchange, headers=exchange.headers | {"etag": "x"}), "etag"),
        (lambda exchange: evolve(exchange, body=exchange.body.replace('"heat": 6', '"heat": 7')), ".heat"),
        (lambda exchange: evolve(exchange, body=exchange.body.replace('"heat"', '"cold"')), ".cold .heat"),
    ],
)
def test_an_answer_that_differs_is_told(spoil: Callable[[Exchange], Exchange], told: str) -> None:
    """The comparison can fail: by status, by header, and by a field that is absent or has another value."""
    with Double() as double:
        double.people.settle()
        found = Replay(double=double).play(spoil(recordings.exchanges("exchanges")[19]))
    assert [each.partition(" ")[0].rstrip(":") for each in found] == told.split()


def test_few_recordings_are_left_out_and_each_for_a_reason() -> None:
    """What covbot never asks for, and what the double serves elsewhere, is the only thing not compared."""
    left_out = {name: len(script.left_out) for name, script in stage.SCRIPTS.items()}
    assert left_out == {"exchanges": 3, "exchanges-probes": 23}
    assert all(reason for script in stage.SCRIPTS.values() for reason in script.left_out.values())
