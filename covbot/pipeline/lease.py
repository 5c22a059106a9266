"""The lease of a project in the store, named after the process that holds it: only one process writes at a time."""

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
"""How long a lease lasts if its holder does not prolong it; if its process died on this machine, it ends at once."""

_ACTIVE_HOLDERS: set[str] = set()
"""The holders in this process that are active now."""


@contextlib.contextmanager
def hold_lease(project: Project) -> Iterator[Callable[[], None]]:
    """Hold the project's lease, and yield a function that prolongs it.

    Raise LeaseTaken if another running pass holds it. The function raises LeaseTaken if another pass took it over.
    """
    holder = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
    leases, now = project.store.leases, project.clock()
    other = leases.acquire(project.name, holder, until=now + LEASE_LENGTH, now=now)
    if other is not None and _is_dead(other):
        leases.release(project.name, other)
        other = leases.acquire(project.name, holder, until=now + LEASE_LENGTH, now=now)
    if other is not None:
        raise _make_lease_error(project)

    def prolong() -> None:
        if not leases.renew(project.name, holder, until=project.clock() + LEASE_LENGTH):
            raise _make_lease_error(project)

    _ACTIVE_HOLDERS.add(holder)
    try:
        yield prolong
    finally:
        _ACTIVE_HOLDERS.discard(holder)
        leases.release(project.name, holder)


def _make_lease_error(project: Project) -> errors.LeaseTaken:
    return errors.LeaseTaken(f"another pass over {project.name} is under way: this one leaves")


def _is_dead(holder: str) -> bool:
    """Whether the holder ran on this machine and its process is gone."""
    host, process, _ = holder.rsplit("/", 2)
    if host != socket.gethostname():
        return False
    if int(process) == os.getpid():  # after the restart of a container the process often has the same number
        return holder not in _ACTIVE_HOLDERS
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
