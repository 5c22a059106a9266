"""The context of the recordings: who sent each request, and what happened between the recorded requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from attrs import evolve, frozen

from doubles.launchpad.faults import Fault
from doubles.launchpad.messages import Token
from doubles.launchpad.recorded.replay import ANONYMOUS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from doubles.launchpad.recorded.recordings import Exchange
    from doubles.launchpad.recorded.replay import Replay

Sender: TypeAlias = tuple[str, str]
"""The name of a person, a token or `ANONYMOUS`, and the access level of the token."""

SUPERVISOR: Sender = ("nova-supervisor", "WRITE_PRIVATE")
PLAIN: Sender = ("plain", "WRITE_PRIVATE")
READER: Sender = ("plain", "READ_PUBLIC")
EXPIRED = "hVsSQm0hDwNdsqkNK3jP"

_ATTACHMENTS = "covbot attaches no files"
_EDITED_COMMENTS = "covbot edits and hides no comments"
_VERSIONS = "covbot speaks to devel alone"


@frozen(kw_only=True)
class Script:
    """The context of a file of recordings; the keys are indexes in it, from 0."""

    senders: Mapping[int, Sender]
    before: Mapping[int, Callable[[Replay], object]]
    omitted: Mapping[int, str]

    def prepare_world(self, index: int, replay: Replay) -> None:
        """Do what happened on Launchpad before this request."""
        prepare = self.before.get(index)
        if prepare is not None:
            prepare(replay)

    def normalize_exchange(self, exchange: Exchange) -> Exchange:
        """Return the exchange as if it were recorded on the first of the servers."""
        sent_headers = {name: value.replace(":8186", ":8185") for name, value in exchange.sent_headers.items()}
        headers = {name: value.replace(":8186", ":8185") for name, value in exchange.headers.items()}
        return evolve(
            exchange,
            sent=exchange.sent.replace("%3A8186", "%3A8185").replace(":8186", ":8185"),
            sent_headers=sent_headers,
            headers=headers,
            body=None if exchange.body is None else exchange.body.replace(":8186", ":8185"),
        )


def _assign_sender(indexes: Iterable[int], sender: Sender) -> dict[int, Sender]:
    return dict.fromkeys(indexes, sender)


def _clear_bugs(replay: Replay) -> None:
    """Remove all bugs, as on another server."""
    replay.double.world.bugs.clear()


def _decline_bug(replay: Replay) -> None:
    replay.double.world.next_number = 169
    replay.double.people.file("filer", "role test", "x")
    replay.double.people.set_status("nova-supervisor", 169, "Won't Fix")


def _file_bugs(replay: Replay, *numbers: int, title: str = "x", tags: tuple[str, ...] = ()) -> None:
    for number in numbers:
        replay.double.world.next_number = number
        replay.double.people.file("filer", title, "x", tags=tags)


def _set_importance(replay: Replay) -> None:
    """Set the importance of three bugs to Wishlist, and make as many bugs as there were."""
    replay.double.people.delete(1)
    for number in (191, 192, 193):
        if number not in replay.double.world.bugs:
            _file_bugs(replay, number, title="role test")
        replay.double.people.bug(number).tasks[0].importance = "Wishlist"
    _adjust_count(
        replay, 144, ("New", "Incomplete", "Confirmed", "Triaged", "In Progress", "Deferred", "Fix Committed")
    )


def _adjust_count(replay: Replay, total: int, statuses: tuple[str, ...]) -> None:
    world = replay.double.world
    counted = [
        bug
        for bug in world.bugs.values()
        if bug.duplicate_of is None and (task := bug.find_task("nova")) and task.status in statuses
    ]
    for bug in counted[total:][::-1]:
        bug.tasks[0].set_status("Invalid", world.now())
    for number in range(10_000, 10_000 + total - len(counted)):
        _file_bugs(replay, number, title="another")


def _remember_time(replay: Replay) -> None:
    replay.times["2026-11-22T05:57:26.071315+00:00"] = replay.double.world.now().isoformat()


def _triage_bug(replay: Replay) -> None:
    people = replay.double.people
    people.set_status("filer", 202, "Confirmed")
    people.bug(202).tasks[0].importance = "High"
    people.assign("filer", 202, "filer")
    people.bug(202).tasks[0].dates["date_assigned"] = replay.double.world.now()
    people.mark_duplicate("filer", 204, 202)


def _check_duplicate(replay: Replay) -> None:
    assert replay.double.people.bug(204).duplicate_of == 202


def _subscribe_people(replay: Replay) -> None:
    replay.double.people.bug(208).subscribers |= {"nova-supervisor", "retirer"}


def _mark_affected(replay: Replay) -> None:
    replay.double.people.bug(208).affected.add("plain")


def _make_failure(fault: Fault) -> Callable[[Replay], object]:
    return lambda replay: replay.double.fail(fault)


def _expire_token(replay: Replay) -> None:
    replay.double.service.tokens[EXPIRED] = Token(person="filer", secret="", state="Expired token")


def _mark_incomplete(replay: Replay) -> None:
    _file_bugs(replay, 250, title="expire")
    replay.double.people.set_status("plain", 250, "Incomplete")


def _chain_duplicates(replay: Replay) -> None:
    _file_bugs(replay, 257)
    replay.double.people.mark_duplicate("filer", 257, 256)


def _describe_project(replay: Replay) -> None:
    project = replay.double.world.projects["notracker"]
    project.description, project.summary = "description-100007", "summary-100006"


def _move_bug(replay: Replay) -> None:
    bug = replay.double.people.bug(268)
    bug.moved["nova"] = bug.tasks[0].target = "glance"


def _doubt_person(replay: Replay) -> None:
    replay.double.world.persons["plain"].legitimate = False
    _file_bugs(replay, 1)


_BEFORE: dict[int, Callable[[Replay], object]] = {
    42: _clear_bugs,
    185: _decline_bug,
    215: lambda replay: _file_bugs(replay, 1),
    240: _set_importance,
    254: _remember_time,
    261: _triage_bug,
    262: _check_duplicate,
    272: _subscribe_people,
    278: _mark_affected,
    298: _make_failure(Fault.OOPS),
    300: _make_failure(Fault.UNAVAILABLE),
    301: _make_failure(Fault.UNAVAILABLE),
    302: _make_failure(Fault.OOPS),
    312: _make_failure(Fault.REFUSED),
    313: _make_failure(Fault.REFUSED),
    314: _make_failure(Fault.REFUSED),
    315: _expire_token,
    320: _mark_incomplete,
    329: _chain_duplicates,
    330: _describe_project,
    335: lambda replay: _file_bugs(replay, 260, tags=("one1795327857",)),
    344: lambda replay: _adjust_count(replay, 133, ("New",)),
    357: lambda replay: replay.double.people.comment("plain", 208, "par 11"),
    363: _move_bug,
    368: _clear_bugs,
    383: _doubt_person,
}

SCRIPTS = {
    "exchanges": Script(
        senders=_assign_sender(range(49, 63), SUPERVISOR),
        before={51: lambda replay: replay.double.people.comment("filer", 16, "a log")},
        omitted=dict.fromkeys((27, 28, 29), _ATTACHMENTS),
    ),
    "exchanges-probes": Script(
        senders=_assign_sender((32, 33, 34, 36, 171, 174, 178, *range(192, 197), 222, 355, 356), SUPERVISOR)
        | _assign_sender((92, 199, 212, 215, 383, 384, 385), PLAIN)
        | _assign_sender((214, 340), READER)
        | _assign_sender((80, 369), (ANONYMOUS, ""))
        | _assign_sender(range(122, 135), ("filer", "WRITE_PUBLIC"))
        | {81: ("nosuch", ""), 205: ("retirer", "WRITE_PRIVATE"), 315: (EXPIRED, "")},
        before=_BEFORE,
        omitted=dict.fromkeys((17, 18, 19, 260, 380, 386), _ATTACHMENTS)
        | dict.fromkeys((288, 289, 290, 291, 292), _EDITED_COMMENTS)
        | dict.fromkeys((40, 41, 247, 317, 332, 333, 334), _VERSIONS)
        | {
            269: "covbot subscribes to no project",
            307: "it reached Launchpad under a name that it did not know as its own",
            316: "its path cannot be sent by a client that reads it as the standard says",
            321: "covbot never asks whether a bug can expire",
            338: "the double lets programs in under the name of its API, too",
        },
    ),
}
