"""One writer at a time for each project: a lease in the store, named after the process that holds it."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from datetime import timedelta
from typing import TYPE_CHECKING

from covbot import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from covbot.pipeline.project import Project

LEASE_LENGTH = timedelta(hours=1)
"""How long a lease lasts if its holder is never heard of again; if its process died on this machine it ends at once."""

_HELD: set[str] = set()
"""The holders of this process that work now."""


@contextlib.contextmanager
def hold_lease(project: Project) -> Iterator[Callable[[], None]]:
    """Hold the project's lease; LeaseTaken if another pass, which still lives, holds it.

    What is given prolongs the lease, and raises LeaseTaken if another pass took it over meanwhile.
    """
    holder = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
    leases, now = project.store.leases, project.clock()
    other = leases.acquire(project.name, holder, until=now + LEASE_LENGTH, now=now)
    if other is not None and _is_dead(other):
        leases.release(project.name, other)
        other = leases.acquire(project.name, holder, until=now + LEASE_LENGTH, now=now)
    if other is not None:
        raise _taken(project)

    def prolong() -> None:
        if not leases.renew(project.name, holder, until=project.clock() + LEASE_LENGTH):
            raise _taken(project)

    _HELD.add(holder)
    try:
        yield prolong
    finally:
        _HELD.discard(holder)
        leases.release(project.name, holder)


def _taken(project: Project) -> errors.LeaseTaken:
    return errors.LeaseTaken(f"another pass over {project.name} is under way: this one leaves")


def _is_dead(holder: str) -> bool:
    """Whether the holder ran on this machine and its process is gone."""
    host, process, _ = holder.rsplit("/", 2)
    if host != socket.gethostname():
        return False
    if int(process) == os.getpid():  # in a container that was started again, the one before had the same number
        return holder not in _HELD
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
