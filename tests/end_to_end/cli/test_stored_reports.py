"""Stored builds beside each other and beside files, along the repository of their project."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from support.git_repo import Checkout

if TYPE_CHECKING:
    from support.cli_folder import Folder

FIRST = "def f(x):\n    y = x\n    return y\n"
MOVED = f"import os\n\n\n{FIRST}"
PICTURES = {"a.py": ".xx", "b.py": ".x"}


@pytest.fixture
def stored(folder: Folder) -> Folder:
    """A folder with two stored builds: in the second, the lines of one file are further down and half of them run."""
    checkout = Checkout(directory=folder.path / "work").create()
    settings = (folder.path / "covbot.toml").read_text()
    repository = f'\n[projects.pictured.repository]\nurl = "{checkout.directory}"\nprefix = "pkg"\n'
    (folder.path / "covbot.toml").write_text(settings + repository)
    for number, text, picture in ((1, FIRST, ".xx"), (2, MOVED, ".  ..x")):
        commit = checkout.commit({"pkg/a.py": text, "pkg/b.py": "def g(x):\n    return x\n"})
        folder.add_build(number, {"a.py": picture, "b.py": ".x"})
        metadata = folder.path / "builds" / str(number) / "build.json"
        metadata.write_text(json.dumps(json.loads(metadata.read_text()) | {"revision": commit}))
    assert folder.invoke("run").code == 0
    folder.write_report("old.xml", PICTURES)
    folder.write_report("new.xml", {"a.py": ".  ..x", "b.py": ".x"})
    return folder


def read_delta(folder: Folder, *words: str) -> tuple[list[tuple[str, list[int]]], list[tuple[str, list[int]]]]:
    """Return what opened and what closed by the JSON of a report."""
    result = folder.invoke("report", *words, "--format", "json")
    assert (result.code, result.err) == (0, "")
    delta: dict[str, Any] = json.loads(result.out)["delta"]
    opened, closed = ([(each["path"], each["lines"]) for each in delta[kind]] for kind in ("opened", "closed"))
    return opened, closed


@pytest.mark.parametrize(
    "words",
    [
        ("--build", "2", "--against-build", "1"),
        ("--against-build", "1"),
        ("--build", "2", "--against", "old.xml", "--against-revision", "main~1"),
        ("new.xml", "--revision", "main", "--against-build", "1"),
        ("new.xml", "--repo", "work", "--prefix", "pkg", "--against", "old.xml", "--against-revision", "HEAD~1"),
    ],
)
def test_the_lines_of_stored_builds_are_followed_in_the_repository_of_the_project(
    stored: Folder, words: tuple[str, ...]
) -> None:
    assert read_delta(stored, *words) == ([], [("pkg/a.py", [2])])


def test_a_file_without_a_revision_is_compared_by_the_names_that_the_build_has(stored: Folder) -> None:
    words = ("--build", "1", "--against", "old.xml")
    assert read_delta(stored, *words) == ([], [])
    shown = stored.invoke("report", *words).out
    assert "modules are compared, and not lines" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--against-build", "9"), 1, "no build 9 of pictured is stored"),
        (("--against", "old.xml", "--against-build", "1"), 2, "either --against or --against-build"),
        (("--build", "2", "--against", "old.xml", "--against-revision", "nowhere"), 1, "nowhere"),
        (("-o", "x.html"), 2, "x.html would get text for a terminal"),
        (("-o", "x.json"), 2, "--format json writes JSON"),
    ],
)
def test_what_cannot_be_compared_or_written_is_refused(
    stored: Folder, words: tuple[str, ...], code: int, message: str
) -> None:
    result = stored.invoke("report", *words)
    assert (result.code, result.out) == (code, "")
    assert message in result.err
    assert not re.search(r"x\.(html|json)", " ".join(path.name for path in stored.path.iterdir()))


def test_why_names_the_build_that_first_missed_a_line_and_the_one_that_agreed(stored: Folder) -> None:
    shown = stored.invoke("why", "pkg/a.py:6").out
    assert shown.startswith("pictured: pkg/a.py:6, as of build 2\n  line 6: missing: no test ran it\n")
    assert "  missing since build 1; build 2 agreed\n" in shown
    assert len(shown.splitlines()) <= 10
    assert stored.invoke("why", "pkg/a.py:5").out == "pictured: pkg/a.py:5, as of build 2\n  line 5: covered\n"
