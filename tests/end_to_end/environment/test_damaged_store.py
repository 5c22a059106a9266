"""A store whose content is damaged is one line that says what to do, with exit code 1, whatever command reads it."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from support.cli_folder import Folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMANDS = {
    "plan": ("plan",),
    "run": ("run",),
    "tasks": ("tasks",),
    "builds": ("builds",),
    "bugs": ("bugs",),
    "show": ("bugs", "show", "1"),
    "log": ("bugs", "--log"),
    "why": ("why", "pkg/a.py"),
    "report": ("report", "--project", "pictured"),
    "verify": ("verify", "1", "--data", "cov.xml"),
    "accept": ("accept", "2", "--why", "seen"),
    "dismiss": ("dismiss", "2", "--why", "seen"),
}


def _execute(statement: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with contextlib.closing(sqlite3.connect(path)) as store, store:
            store.execute("PRAGMA foreign_keys = OFF")
            store.execute(statement)

    return damage


def _overwrite_pages(path: Path) -> None:
    """Overwrite every page but the first, which has the schema."""
    with contextlib.closing(sqlite3.connect(path)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xa5" * (len(content) - 8192))


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "no JSON": (_execute("UPDATE snapshots SET document = '{'"), "plan run builds why report accept dismiss"),
    "other JSON": (_execute("UPDATE tasks SET document = '[1]'"), "plan run tasks why verify"),
    "no text": (_execute("UPDATE receipts SET document = x'ff'"), "log why"),
    "no coverage": (_execute("UPDATE file_coverages SET body = x'00'"), "plan run report why"),
    "a dangling number": (_execute("UPDATE ledgers SET as_of = 99"), "plan run why"),
    "an unknown word": (_execute("UPDATE local_bugs SET status = 'Nonsense'"), "plan bugs show"),
    "a missing table": (_execute("DROP TABLE gaps"), "plan run tasks why"),
    "a missing column": (_execute("ALTER TABLE bugs DROP COLUMN document"), "plan tasks"),
    "broken pages": (_overwrite_pages, "plan run builds bugs log why accept"),
    "another revision": (_execute("UPDATE covbot_schema SET version_num = 'x'"), "plan builds why"),
}


@pytest.mark.parametrize(("damage", "commands"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_store_is_one_line_and_no_fault_of_covbot(
    filed: Folder, tmp_path: Path, damage: Callable[[Path], None], commands: str
) -> None:
    filed.write_report("cov.xml", {"pkg/a.py": "..xx"})
    filed.add_build(3, {"pkg/a.py": "..x."})
    damage(filed.path / "covbot.db")
    for name in commands.split():
        copy = Folder(shutil.copytree(filed.path, tmp_path / f"copy-{name}"))
        result = copy.invoke(*COMMANDS[name])
        assert result.code == 1, name
        assert re.fullmatch(r"covbot: .*the store .*is damaged \(.*\): put back a copy of [^\n]*\n", result.err), name
