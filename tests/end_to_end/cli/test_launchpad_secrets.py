"""The token of covbot's account is in no output, no log line of any level, and no file but the credentials."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from doubles.launchpad.faults import Fault
from doubles.launchpad.server import Double, is_write
from support.launchpad import launchpad_folder

if TYPE_CHECKING:
    from pathlib import Path

    from support.cli_folder import Folder

PROGRAM = """
import json, logging, sys
from covbot import logs
from covbot.cli import main
from covbot.trackers.launchpad import tracker
logs.configure(verbose=True)
logging.getLogger().setLevel(logging.DEBUG)
known = ["httplib2", "launchpadlib", "lazr.restfulclient", "stamina", "sqlalchemy", "alembic"]
for name in [*logging.root.manager.loggerDict, *known]:
    logging.getLogger(name).setLevel(logging.DEBUG)
codes = []
for words in json.loads(sys.argv[1]):
    sys.argv[1:] = words
    try:
        main.main()
    except SystemExit as leaving:
        codes.append(int(leaving.code or 0))
print(*codes)
"""
"""A program that runs several commands of covbot with each logger of each library at its most verbose level."""


def run_commands(folder: Folder, *commands: str) -> tuple[list[int], str]:
    """Run commands; return their exit codes and all of their output."""
    words = json.dumps([command.split() for command in commands])
    program = [sys.executable, "-c", PROGRAM, words]
    process = subprocess.run(program, cwd=folder.path, check=True, capture_output=True, text=True)
    return [int(code) for code in process.stdout.splitlines()[-1].split()], process.stdout + process.stderr


@pytest.mark.heavy
def test_no_secret_is_printed_logged_at_any_level_or_kept(tmp_path: Path) -> None:
    """The passes file, edit and close, fail in the middle, and lose their account; the audit shows all of it."""
    with Double() as double:
        folder = launchpad_folder.create_folder(tmp_path, double)
        ((key, token),) = double.service.tokens.items()
        double.fail(Fault.OOPS, of=is_write)
        double.fail(Fault.RESET, nth=4)
        codes, first = run_commands(folder, "run")
        assert codes == [0]
        launchpad_folder.add_two_builds(folder, 3, {"pkg/a.py": "....", "pkg/b.py": ".x..", "pkg/c.py": ".x"})
        codes, second = run_commands(folder, "plan", "run", "check", "bugs", "bugs --log", "why pkg/a.py", "tasks")
        assert codes == [0] * 7
        assert len(double.world.bugs) == 3
        token.state = "Expired token"
        codes, third = run_commands(folder, "run", "plan", "check", "bugs")
        assert codes == [1] * 4
        assert "Launchpad does not accept the account: Expired token" in third
        double.service.tokens.clear()
        codes, fourth = run_commands(folder, "run")
        assert codes == [1]
        sent = " ".join(request.headers.get("authorization", "") for request in double.requests)
    (tmp_path / "credentials").unlink()
    kept = [path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()]
    assert "connect" in first.lower()
    for secret in (key, token.secret):
        assert secret in sent
        assert [text for text in (first, second, third, fourth, *kept) if secret in text] == []
