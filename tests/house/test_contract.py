"""The import contracts are kept, and a module outside of every layer or a forbidden import breaks them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [f"{sysconfig.get_path('scripts')}/lint-imports", "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_import_contracts_are_kept() -> None:
    checked = _lint_imports(ROOT)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("utils.py", "", "every module has its room"),
        ("core/shortcut.py", "from covbot import ports", "Imports point inwards only"),
        ("formats/shortcut.py", "from covbot import store", "Imports point inwards only"),
        ("core/database.py", "import sqlalchemy", "The core is pure"),
        ("reports/shortcut.py", "from covbot import outbox", "neither a tracker nor the outbox"),
        ("trackers/shortcut.py", "from covbot import store", "only the local one uses the store"),
        ("sources/directory.py", "from covbot.sources import zuul", "sources do not know each other"),
        ("pipeline.py", "from covbot.sources import jenkins", "Only the wiring names the adapters"),
        ("pipeline.py", "from covbot.trackers import local", "Only the wiring names the adapters"),
    ],
)
def test_a_forbidden_import_breaks_its_contract(tmp_path: Path, module: str, line: str, contract: str) -> None:
    shutil.copytree(ROOT / "covbot", tmp_path / "covbot")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "covbot" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    checked = _lint_imports(tmp_path)
    broken = re.findall(r"[A-Z][^A-Z]*?(?= BROKEN)", " ".join(checked.stdout.split()))
    assert any(contract in name for name in broken), checked.stdout
    assert checked.returncode == 1
