"""Runs git without prompts, hooks, inherited `GIT_*` and protocols that run a command, and always with a time limit."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from typing import TYPE_CHECKING

from covbot.errors import CannotReachRepository, CannotReadRepository, CannotRunGit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

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

_REMEDIES = {
    "dubious ownership": "make covbot's user its owner, or let that user trust it: "
    "`git config --global --add safe.directory DIRECTORY`",
    "[Nn]o space left|[Dd]isk quota": "free space on the disk of `cache`",
    "Authentication failed|could not read (Username|Password)|Permission denied \\(publickey": "let covbot's user read "
    "it without being asked: by a key for ssh, or by ~/.netrc for https",
    "not appear to be a git repository|repository .* (not found|does not exist)|Repository not found": "fix `url` in "
    "the project's repository",
}
"""What a person can do, by a pattern of git's errors."""


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


def start_git(  # noqa: PLR0913 -- what a process inherits
    arguments: Sequence[str],
    *,
    where: str,
    network: bool = False,
    stdin: int = subprocess.DEVNULL,
    stderr: int = subprocess.PIPE,
    kept_open: Collection[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a git command, with its output in a pipe; its children inherit the file descriptors `kept_open`.

    Raise CannotRunGit, with `where` in its text, if git is not installed or cannot be run.
    """
    try:
        return subprocess.Popen(  # noqa: S603  arguments are ours, or checked before they come here
            make_command(*arguments),
            env=make_environment(network=network),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
            pass_fds=kept_open,
        )
    except FileNotFoundError:
        raise CannotRunGit(f"{where}: git is not installed; install it where covbot runs") from None
    except OSError as error:
        raise CannotRunGit(f"{where}: git cannot be run: {error.strerror}") from None


def run_git(
    arguments: Sequence[str],
    *,
    where: str,
    network: bool = False,
    timeout: float = READ_TIMEOUT,
    kept_open: Collection[int] = (),
) -> subprocess.CompletedProcess[bytes]:
    """Run one git command to its end, for at most `timeout` seconds, and return its result whatever its exit code.

    Raise CannotReachRepository, with `where` in its text, if git cannot be run or does not end in time.
    """
    with start_git(arguments, where=where, network=network, kept_open=kept_open) as process:
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise CannotReachRepository(f"{where}: git did not answer within {timeout:g} seconds") from None
        finally:
            if process.poll() is None:
                # the whole group: git's own children (git-remote-https, ssh) hold the pipes open
                os.killpg(process.pid, signal.SIGKILL)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def read_output(arguments: Sequence[str], *, where: str, timeout: float = READ_TIMEOUT) -> bytes:
    """Run one git command and return its output; raise CannotReadRepository with git's own reason if it fails."""
    done = run_git(arguments, where=where, timeout=timeout)
    if done.returncode:
        raise CannotReadRepository(f"{where}: {find_error_line(done.stderr)}")
    return done.stdout


def find_error_line(errors: bytes) -> str:
    """Return the first line with an error among what git wrote to stderr, without control characters.

    What a person can do about it is added, if that is known.
    """
    lines = errors.decode(errors="replace").splitlines()
    found = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines or ["git failed without a word"]
    text = "".join(char if char.isprintable() else " " for char in found[0])[:300]
    remedy = next((remedy for pattern, remedy in _REMEDIES.items() if re.search(pattern, "\n".join(found))), "")
    return f"{text}; {remedy}" if remedy else text
