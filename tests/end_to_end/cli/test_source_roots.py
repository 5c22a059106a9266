"""Reports of packages that were measured where they were installed, and the option that says where they lie."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.git_repo import Checkout

if TYPE_CHECKING:
    from support.cli_folder import Folder

NAMES = ("core.py", "__init__.py", "sub/__init__.py")


def make_project(folder: Folder, *folders: str) -> str:
    """Commit a package into each folder of a repository, and return the name of a report of it as tox installs it."""
    files = {f"{where}/{name}": "def f():\n    return 1\n" for where in folders for name in NAMES}
    Checkout(directory=folder.path / "work").create().commit({**files, "tests/__init__.py": "", "docs/core.py": ""})
    report = folder.write_report("coverage.xml", dict.fromkeys(NAMES, ".x"))
    path = folder.path / report
    source = "<sources><source>/ws/.tox/py312/lib/python3.12/site-packages/pk</source></sources><packages>"
    path.write_text(path.read_text().replace("<packages>", source, 1))
    return report


def test_a_package_that_tox_installed_is_found_below_src(folder: Folder) -> None:
    report = make_project(folder, "src/pk")
    result = folder.invoke("report", report, "--repo", "work", "--format", "json")
    assert (result.code, result.err) == (0, "")
    assert list(json.loads(result.out)["files"]) == sorted(f"src/pk/{name}" for name in NAMES)


def test_ambiguous_filenames_are_refused_with_the_option_that_tells_them_apart(folder: Folder) -> None:
    report = make_project(folder, "src/pk", "vendor/pk")
    refused = folder.invoke("report", report, "--repo", "work")
    assert refused.code == 1
    assert "name the folder that they lie in by prefix" in refused.err
    found = folder.invoke("report", report, "--repo", "work", "--prefix", "vendor/pk", "--format", "json")
    assert list(json.loads(found.out)["files"]) == sorted(f"vendor/pk/{name}" for name in NAMES)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--prefix", "src"), 2, "--prefix needs --repo"),
        (("--repo", "work", "--prefix", "lib"), 1, "fits none of its 3"),
    ],
)
def test_a_prefix_that_cannot_be_is_refused(folder: Folder, words: tuple[str, ...], code: int, message: str) -> None:
    result = folder.invoke("report", make_project(folder, "src/pk"), *words)
    assert result.code == code
    assert message in result.err
