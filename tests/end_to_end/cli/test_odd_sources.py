"""A one-off report on source in a syntax that no Python has: it is named once, where something is said of its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.git_repo import Checkout

if TYPE_CHECKING:
    from support.cli_folder import Folder

SOUND = "def f():\n    return 1\n"
ODD = "def f():\n    return 1\ndef g()):\n    return 2\n"
SAYS = "cannot be parsed as any Python from 3.6 to 3.14 (line 3: "


@pytest.fixture
def odd(folder: Folder) -> Folder:
    """Return a folder with a repository of an odd file and a sound one, and reports `before`, `opened` and `same`."""
    Checkout(directory=folder.path / "work").create().commit({"a.py": ODD, "b.py": SOUND})
    folder.write_report("before.xml", {"a.py": ".x..", "b.py": ".."})
    folder.write_report("opened.xml", {"a.py": ".x.x", "b.py": ".."})
    folder.write_report("same.xml", {"a.py": ".x..", "b.py": ".x"})
    return folder


def test_a_report_names_what_cannot_be_parsed_once(odd: Folder) -> None:
    out = odd.invoke("report", "opened.xml", "--repo", "work", "--format", "json").out
    assert out.count(SAYS) == 1


@pytest.mark.parametrize(("report", "count"), [("opened.xml", 1), ("same.xml", 0), ("before.xml", 0)])
def test_a_comparison_names_it_where_lines_of_it_changed(odd: Folder, report: str, count: int) -> None:
    against = ("--against", "before.xml", "--repo", "work", "--revision", "HEAD", "--against-revision", "HEAD")
    result = odd.invoke("report", report, *against, "--format", "json")
    assert (result.code, result.out.count(SAYS)) == (0, count)
