"""The commands that newcomers and CI start with exist, and the README names them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECK_SKIPS = ROOT / ".ci" / "check_skips.py"
JUNIT = """<testsuites><testsuite>
<testcase classname="tests.a" name="test_a"><skipped type="{type}" message="{reason}"/></testcase>
<testcase classname="tests.a" name="test_b"/>
</testsuite></testsuites>"""


def _list_targets() -> set[str]:
    """Return the targets of the Makefile that have a description."""
    return set(re.findall(r"^([a-z]+):.*## \w", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_the_readme_names_the_targets_of_the_makefile_and_no_others() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^\s*(?:\$ )?)make ([a-z]+)", readme, re.MULTILINE))
    assert {"run", "test", "lint", "bench"} <= named <= _list_targets()


def test_make_without_a_target_lists_all_targets() -> None:
    listed = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {line.split()[1] for line in listed.stdout.splitlines()} == _list_targets()


def test_the_ci_script_is_executable() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize(
    ("type_", "reason", "allowed", "fault"),
    [
        ("pytest.skip", "no chromium", "", "tests.a::test_a was skipped: no chromium"),
        ("pytest.skip", "no chromium", "tests.a::test_a = another reason", "tests.a::test_a was skipped: no chromium"),
        ("pytest.skip", "", "tests.a::test_a = ", "tests.a::test_a was skipped: no reason given"),
        ("pytest.skip", "no chromium", "# why\ntests.a::test_a = no chromium", ""),
        ("pytest.xfail", "known", "", ""),
    ],
)
def test_ci_fails_on_a_skip_that_is_not_named_with_its_reason(
    tmp_path: Path, type_: str, reason: str, allowed: str, fault: str
) -> None:
    junit, skips = tmp_path / "junit.xml", tmp_path / "skips"
    junit.write_text(JUNIT.format(type=type_, reason=reason), encoding="utf-8")
    skips.write_text(allowed, encoding="utf-8")
    checked = subprocess.run([sys.executable, CHECK_SKIPS, junit, skips], capture_output=True, text=True, check=False)
    assert checked.returncode == (1 if fault else 0)
    assert fault in checked.stderr
