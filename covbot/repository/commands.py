"""Runs git without prompts, hooks, inherited `GIT_*` and protocols that run a command, and always with a time limit."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

from covbot.errors import CannotReadRepository

if TYPE_CHECKING:
    from collections.abc import Sequence

PROTOCOLS = ("https", "ssh", "git", "file")
"""The protocols by which a repository may be fetched; never `ext::`, which runs a command."""

READ_TIMEOUT = 120.0
"""Seconds for a command that reads from the disk."""

_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.askPass": "",
    "credential.helper": "",
    "credential.interactive": "false",
    "gc.autoDetach": "false",
    "gc.pruneExpire": "never",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "maintenance.autoDetach": "false",
    "core.quotePath": "false",
    "advice.objectNameWarning": "false",
}


def make_environment(*, network: bool = False) -> dict[str, str]:
    """Return our environment without `GIT_*`, with what keeps git quiet, read-only and, unless `network`, offline."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return inherited | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "0",
        "GIT_ALLOW_PROTOCOL": ":".join(PROTOCOLS) if network else "none",
        "LC_ALL": "C",
    }


def make_command(*arguments: str) -> list[str]:
    """Return the command line of a git command, with covbot's settings before it."""
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    return ["git", "--no-pager", *settings, *arguments]


def run_git(
    arguments: Sequence[str], *, where: str, network: bool = False, timeout: float = READ_TIMEOUT
) -> subprocess.CompletedProcess[bytes]:
    """Run one git command to its end, for at most `timeout` seconds, and return its result whatever its exit code.

    Raise CannotReadRepository, with `where` in its text, if git is not installed or does not end in time.
    """
    try:
        process = subprocess.Popen(  # noqa: S603  arguments are ours, or checked before they come here
            make_command(*arguments),
            env=make_environment(network=network),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise CannotReadRepository(f"{where}: git is not installed; install it where covbot runs") from None
    with process:
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise CannotReadRepository(f"{where}: git did not answer within {timeout:g} seconds") from None
        finally:
            if process.poll() is None:
                # the whole group: git's own children (git-remote-https, ssh) hold the pipes open
                os.killpg(process.pid, signal.SIGKILL)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def read_output(arguments: Sequence[str], *, where: str, network: bool = False, timeout: float = READ_TIMEOUT) -> bytes:
    """Run one git command and return its output; raise CannotReadRepository with git's own reason if it fails."""
    done = run_git(arguments, where=where, network=network, timeout=timeout)
    if done.returncode:
        raise CannotReadRepository(f"{where}: {find_error_line(done.stderr)}")
    return done.stdout


def find_error_line(errors: bytes) -> str:
    """Return the first line with an error among what git wrote to stderr, without control characters."""
    lines = errors.decode(errors="replace").splitlines()
    found = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines or ["git failed without a word"]
    return "".join(char if char.isprintable() else " " for char in found[0])[:300]
