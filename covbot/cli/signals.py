"""SIGTERM, SIGHUP and SIGINT end every command: at once, or between two units of work where a command asks for that."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

GRACE_SECONDS = 4.0
"""How long a command may take to end by itself, before it is interrupted wherever it is."""

_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class Interruption:
    """Whether a signal was received, and whether the command in hand ends by itself: it is `graceful`."""

    def __init__(self) -> None:
        """Begin without a signal."""
        self.received = self.graceful = False

    def is_requested(self) -> bool:
        """Whether the command should end now."""
        return self.received

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal: raise KeyboardInterrupt, at a graceful command's first one only when it takes too long."""
        del frame
        first, self.received = not self.received, True
        if number == signal.SIGALRM:
            signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS)
            raise KeyboardInterrupt
        if first:
            # once more, should something swallow the exception
            signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS)
        if not (first and self.graceful):
            raise KeyboardInterrupt


CURRENT = Interruption()
"""The interruption of the command that runs."""


@contextlib.contextmanager
def end_gracefully() -> Iterator[Interruption]:
    """Let the command in the block end by itself when a signal is received: it asks `is_requested`."""
    CURRENT.graceful = True
    try:
        yield CURRENT
    finally:
        CURRENT.graceful = False


@contextlib.contextmanager
def catch_signals() -> Iterator[None]:
    """Handle the signals that end a command, as process 1 as well, which has no default handlers.

    A signal that is ignored stays ignored, as below nohup. In another thread than the main one nothing is changed.
    """
    CURRENT.received = CURRENT.graceful = False
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = [number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    previous = {number: signal.signal(number, CURRENT.handle) for number in (*wanted, signal.SIGALRM)}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in previous.items():
            signal.signal(number, handler)
