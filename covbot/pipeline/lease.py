"""The lease of a project in the store: only one process writes at a time, and shows by heartbeats that it lives."""

from __future__ import annotations

import contextlib
import secrets
import threading
from typing import TYPE_CHECKING

from covbot import errors, logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from covbot.pipeline.project import Project
    from covbot.store.locks import Leases

MISSED_BEATS = 5
"""The number of missed heartbeats after which the holder of a lease counts as dead."""

_LOOKS_PER_BEAT = 4


@contextlib.contextmanager
def hold_lease(project: Project, stop: Callable[[], bool] = lambda: False) -> Iterator[Callable[[], None]]:
    """Hold the project's lease, and yield a function that checks it.

    Raise LeaseTaken if another pass holds it and lives, which takes a heartbeat to see, or if `stop` returns True
    before that is known. The function raises LeaseTaken if another pass took the lease over.
    """
    leases, holder = project.store.leases, secrets.token_hex(8)
    if not _acquire_lease(project, holder, stop):
        raise _make_lease_error(project)

    def check_lease() -> None:
        if not leases.beat(project.name, holder):
            raise _make_lease_error(project)

    try:
        with contextlib.nullcontext() if leases.is_private else _beat_regularly(project, holder):
            yield check_lease
    finally:
        leases.release(project.name, holder)


def _acquire_lease(project: Project, holder: str, stop: Callable[[], bool]) -> bool:
    """Acquire the lease; if another holder has it, wait until it makes a heartbeat, releases the lease, or is dead.

    Every look needs the right to write, as a heartbeat does: none is counted while a long transaction holds up both.
    """
    leases, unchanged = project.store.leases, 0
    seen, pause = None, threading.Event()
    while not leases.acquire(project.name, holder, dead=seen if unchanged >= MISSED_BEATS * _LOOKS_PER_BEAT else None):
        found = leases.read(project.name)
        if leases.is_private or (seen and found and found != seen) or stop():
            return False
        unchanged = unchanged + 1 if found else 0
        seen = found
        pause.wait(project.heartbeat / _LOOKS_PER_BEAT)
    return True


@contextlib.contextmanager
def _beat_regularly(project: Project, holder: str) -> Iterator[None]:
    """Make heartbeats in a thread of their own, since one request of a pass may take longer than many of them."""
    leases, over = project.store.leases, threading.Event()
    thread = threading.Thread(
        target=_make_heartbeats, args=(leases, project, holder, over), name="heartbeats", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _make_heartbeats(leases: Leases, project: Project, holder: str, over: threading.Event) -> None:
    while not over.wait(project.heartbeat):
        try:
            leases.beat(project.name, holder)
        except errors.CannotUseStore as error:  # the next write of the pass fails by it, or it is over by then
            logs.info("heartbeat.missed", project=project.name, why=str(error))


def _make_lease_error(project: Project) -> errors.LeaseTaken:
    return errors.LeaseTaken(f"another pass over {project.name} is under way: this one leaves")
