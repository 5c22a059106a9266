"""covbot as a person runs it: the installed command, in a folder with a project of pictures."""

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
    """What a command printed, and how it left."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[dict[str, Any]]:
        """Its JSON documents."""
        return [json.loads(line) for line in self.out.splitlines()]


@frozen
class Folder:
    """A folder to run covbot in."""

    path: Path

    def covbot(self, *words: str, **variables: str) -> CommandResult:
        """Run a command line to its end, with these variables in its environment besides ours."""
        environment = {**os.environ, **variables}
        done = subprocess.run(
            [COVBOT, *words], cwd=self.path, env=environment, check=False, capture_output=True, text=True
        )
        return CommandResult(done.returncode, done.stdout, done.stderr)

    def play(self, *words: str) -> CommandResult:
        """The same within this process, which saves its start."""
        out, err, given, code = io.StringIO(), io.StringIO(), sys.argv, None
        sys.argv = [COVBOT, *words]
        try:
            with contextlib.chdir(self.path), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                main.main()
        except SystemExit as left:
            code = left.code
        finally:
            sys.argv = given
        assert isinstance(code, int)
        return CommandResult(int(code), out.getvalue(), err.getvalue())

    def on_terminal(self, *words: str) -> tuple[int, str]:
        """Run a command line on a terminal of its own: how it left, and all that the terminal got."""
        shown, terminal = os.openpty()
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
        with subprocess.Popen(
            [COVBOT, *words], cwd=self.path, stdin=terminal, stdout=terminal, stderr=terminal, env=environment
        ) as process:
            os.close(terminal)
            with os.fdopen(shown, "rb") as stream, contextlib.suppress(OSError):  # the end, once nobody writes any more
                text = b""
                while block := stream.read1():
                    text += block
        return process.returncode, text.decode()

    def write(self, name: str, pictured: Mapping[str, str]) -> str:
        """A report as a file; its name."""
        (self.path / name).write_bytes(pictures.make_xml(pictured))
        return name

    def lay(self, number: int, pictured: Mapping[str, str], result: str = "SUCCESS") -> None:
        """Put a build into the directory of the source."""
        place = self.path / "builds" / str(number)
        place.mkdir(parents=True)
        (place / "coverage.xml.gz").write_bytes(gzip.compress(pictures.make_xml(pictured)))
        sheet = {"number": number, "started_at": f"2026-03-{number:02}T10:00:00Z", "revision": f"r{number}"}
        (place / "build.json").write_text(json.dumps({**sheet, "result": result}))
