"""The token of covbot's account is in no output, no log line of any level, and no file but the credentials."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import TYPE_CHECKING

import launching
import sites
from doubles.launchpad.faults import Fault
from doubles.launchpad.server import Double, writes

if TYPE_CHECKING:
    from pathlib import Path

    from folders import Folder

PROGRAM = """
import logging
from covbot import logs
from covbot.cli import main
from covbot.trackers.launchpad import tracker
logs.configure(verbose=True)
logging.getLogger().setLevel(logging.DEBUG)
for name in [*logging.root.manager.loggerDict, "httplib2", "launchpadlib", "lazr.restfulclient", "stamina", "sqlalchemy"]:
    logging.getLogger(name).setLevel(logging.DEBUG)
main.main()
"""
"""covbot with every logger of every library that it uses at its most talkative."""


def talk(folder: Folder, *words: str) -> tuple[int, str]:
    """Run a verb: how it left, and all that it said."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], cwd=folder.path, check=False, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_no_secret_is_printed_logged_at_any_level_or_kept(tmp_path: Path) -> None:
    """Over passes that file, edit and close, fail in the middle, and lose their account, and in the audit of it all."""
    assert logging.DEBUG < logging.INFO
    with Double() as double:
        folder = launching.settle(tmp_path, double)
        ((key, token),) = double.service.tokens.items()
        codes, told = [], []

        def note(*words: str) -> None:
            code, said = talk(folder, *words)
            codes.append(code)
            told.append(said)

        double.fail(Fault.OOPS, of=writes)
        double.fail(Fault.RESET, nth=4)
        note("run")
        launching.lay_two(folder, 3, {"pkg/a.py": "....", "pkg/b.py": ".x..", "pkg/c.py": ".x"})
        for words in (["plan"], ["run"], ["check"], ["bugs"], ["bugs", "--log"], ["why", "pkg/a.py"], ["tasks"]):
            note(*words)
        assert codes == [0] * 8
        assert len(double.world.bugs) == 3
        token.state = "Expired token"
        for words in (["run"], ["plan"], ["check"], ["bugs"]):
            note(*words)
        double.service.tokens.clear()
        note("run")
        assert codes[8:] == [1] * 5
        assert "Expired token" in told[8]
        assert any("DEBUG" in said.upper() for said in told)
        sent = " ".join(request.headers.get("authorization", "") for request in double.requests)
    (tmp_path / "credentials").unlink()
    told += [path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()]
    for secret in (key, token.secret):
        assert secret in sent
        assert [text for text in told if secret in text] == []
