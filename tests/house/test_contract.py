"""The import contracts are kept, and a module outside of every layer or a forbidden import breaks them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [f"{sysconfig.get_path('scripts')}/lint-imports", "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_import_contracts_are_kept() -> None:
    checked = _lint_imports(ROOT)
    assert checked.returncode == 0, checked.stdout


# what is added to the package: module -> the line that is forbidden in it, and the contract that it breaks
BREAKS = {
    "utils.py": ("", "every module has its room"),
    "core/shortcut.py": ("from covbot import ports", "Imports point inwards only"),
    "formats/shortcut.py": ("from covbot import store", "Imports point inwards only"),
    "core/source/shortcut.py": ("from covbot.core import tasks", "The core is built from the ground up"),
    "core/helpers.py": ("", "The core is built from the ground up"),
    "formats/lcov/shortcut.py": ("from covbot.formats import cobertura", "The formats do not know each other"),
    "formats/common.py": ("", "The formats do not know each other"),
    "core/lines.py": ("import sqlalchemy", "The core is pure"),
    "reports/shortcut.py": ("from covbot import outbox", "neither a tracker nor the outbox"),
    "trackers/shortcut.py": ("from covbot import store", "only the local one uses the store"),
    "sources/directory.py": ("from covbot.sources import zuul", "sources do not know each other"),
    "pipeline/shortcut.py": ("from covbot.sources import jenkins", "Only the wiring names the adapters"),
    "pipeline/passes.py": ("from covbot.trackers import local", "Only the wiring names the adapters"),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what the broken contracts say of a package with all of the forbidden imports, by name of the contract."""
    folder = tmp_path_factory.mktemp("broken")
    shutil.copytree(ROOT / "covbot", folder / "covbot")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for module, (line, _) in BREAKS.items():
        with (folder / "covbot" / module).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    checked = _lint_imports(folder)
    assert checked.returncode == 1
    return _sections(checked.stdout)


def _sections(text: str) -> dict[str, str]:
    """Return the text below each underlined heading of the broken contracts."""
    parts = re.split(r"^(\S.*)\n-+$", text.partition("Broken contracts")[2], flags=re.MULTILINE)
    return {heading: " ".join(body.split()) for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.mark.parametrize(("module", "contract"), [(module, contract) for module, (_, contract) in BREAKS.items()])
def test_a_forbidden_import_breaks_its_contract(broken: dict[str, str], module: str, contract: str) -> None:
    name = module.removesuffix(".py").replace("/", ".")
    (text,) = [text for heading, text in broken.items() if contract in heading]
    assert f"covbot.{name}" in text


def test_each_contract_is_broken_by_one_of_them(broken: dict[str, str]) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert set(broken) == {contract["name"] for contract in contracts}
