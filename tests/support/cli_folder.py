"""Run covbot as a person does: the installed command, in a folder with a project whose builds are pictures."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from covbot.cli import main
from support import pictures

if TYPE_CHECKING:
    from collections.abc import Mapping

COVBOT = str(Path(sys.executable).with_name("covbot"))
SETTINGS = """
store = "sqlite:///covbot.db"
[projects.pictured]
mode = "live"
[projects.pictured.source]
kind = "directory"
path = "builds"
"""


@frozen
class CommandResult:
    """The exit code of a command, and its standard output and error."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The JSON documents of the output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@frozen
class Folder:
    """A folder in which covbot runs."""

    path: Path

    def run_command(self, *words: str, **variables: str) -> CommandResult:
        """Run a command line to its end in a process of its own, with these variables added to its environment."""
        environment = {**os.environ, **variables}
        process = subprocess.run(
            [COVBOT, *words], cwd=self.path, env=environment, check=False, capture_output=True, text=True
        )
        return CommandResult(process.returncode, process.stdout, process.stderr)

    def invoke(self, *words: str) -> CommandResult:
        """Run a command line within this process, which saves the start of another one."""
        out, err, arguments, code = io.StringIO(), io.StringIO(), sys.argv, None
        sys.argv = [COVBOT, *words]
        try:
            with contextlib.chdir(self.path), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                main.main()
        except SystemExit as raised:
            code = raised.code
        finally:
            sys.argv = arguments
        assert isinstance(code, int)
        return CommandResult(int(code), out.getvalue(), err.getvalue())

    def run_on_terminal(self, *words: str) -> tuple[int, str]:
        """Run a command line on a terminal of its own; return its exit code and all that the terminal received."""
        master, terminal = os.openpty()
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
        with subprocess.Popen(
            [COVBOT, *words], cwd=self.path, stdin=terminal, stdout=terminal, stderr=terminal, env=environment
        ) as process:
            os.close(terminal)
            with (
                os.fdopen(master, "rb") as stream,
                contextlib.suppress(OSError),
            ):  # the end, once no process writes any more
                text = b""
                while block := stream.read1():
                    text += block
        return process.returncode, text.decode()

    def write_report(self, name: str, pictured: Mapping[str, str]) -> str:
        """Write a report of these pictures to a file; return its name."""
        (self.path / name).write_bytes(pictures.make_xml(pictured))
        return name

    def add_build(self, number: int, pictured: Mapping[str, str], result: str = "SUCCESS") -> None:
        """Add a build to the directory of the source."""
        build_folder = self.path / "builds" / str(number)
        build_folder.mkdir(parents=True)
        (build_folder / "coverage.xml.gz").write_bytes(gzip.compress(pictures.make_xml(pictured)))
        metadata = {"number": number, "started_at": f"2026-03-{number:02}T10:00:00Z", "revision": f"r{number}"}
        (build_folder / "build.json").write_text(json.dumps({**metadata, "result": result}))
