"""A run says what it waits for and what a person can do: after a first build, and after a suspect one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from support import pictures

if TYPE_CHECKING:
    from support.cli_folder import Folder

ONE_MORE = "one more build must agree before anything is filed"


def test_after_a_first_build_one_more_must_agree_and_after_the_second_none(folder: Folder) -> None:
    folder.add_build(1, {"a.py": "..x"})
    assert ONE_MORE in folder.invoke("plan").out
    assert ONE_MORE in folder.invoke("run").out
    assert ONE_MORE in folder.invoke("run").out
    folder.add_build(2, {"a.py": "..x"})
    assert ONE_MORE not in folder.invoke("run").out


def test_before_any_build_is_trusted_nothing_is_said_of_a_second_one(folder: Folder) -> None:
    folder.add_build(1, {"a.py": "..x"}, result="FAILURE")
    assert ONE_MORE not in folder.invoke("run").out


def test_a_run_names_what_a_person_can_do_about_the_newest_build_if_it_is_suspect(folder: Folder) -> None:
    for number in (1, 2, 3):
        folder.add_build(number, {"a.py": "..x"}, result="FAILURE" if number > 1 else "SUCCESS")
    out = folder.invoke("run").out
    assert "next: covbot accept 3 or covbot dismiss 3, if the next build does not do" in out
    assert "covbot accept 2" not in out


def test_a_build_that_is_dated_ahead_names_the_way_to_trust_it(folder: Folder) -> None:
    folder.add_build(1, {"a.py": "..x"})
    document = folder.path / "builds" / "1" / "build.json"
    document.write_text(json.dumps(json.loads(document.read_text()) | {"started_at": "2036-03-01T10:00:00Z"}))
    report = folder.path / "builds" / "1" / "coverage.xml.gz"
    report.unlink()
    xml = pictures.make_xml({"a.py": "..x"}).replace(b"<coverage ", b'<coverage timestamp="1790000000" ', 1)
    (report.parent / "coverage.xml").write_bytes(xml)
    assert "next: covbot accept 1 or covbot dismiss 1" in folder.invoke("run").out
    assert folder.invoke("accept", "1", "--why", "the clock was wrong").code == 0
