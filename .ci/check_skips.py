"""Fail on each skipped test that is not in the list of allowed skips with exactly its reason.

usage: check_skips.py JUNIT.xml ALLOWED
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as ET


def read_skips(junit: Path) -> dict[str, str]:
    """Return skipped test -> its reason, of a run."""
    return {
        f"{case.get('classname')}::{case.get('name')}": " ".join(skip.get("message", "").split())
        for case in ET.parse(junit).iter("testcase")  # noqa: S314 -- written by our own pytest a moment ago
        for skip in case.iter("skipped")
        if skip.get("type") == "pytest.skip"
    }


def read_allowed(path: Path) -> dict[str, str]:
    """Return test that may be skipped -> the reason that it must have."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition(" = ") for line in lines if line and not line.startswith("#"))
    return {test: reason for test, _, reason in pairs}


def main() -> str | None:
    """Return the faults as one text, or None if each skip is allowed."""
    junit, allowed = map(Path, sys.argv[1:])
    known = read_allowed(allowed)
    faults = [
        f"{test} was skipped: {reason or 'no reason given'}"
        for test, reason in sorted(read_skips(junit).items())
        if not reason or known.get(test) != reason
    ]
    return "\n".join([*faults, f"name these in {allowed}, or run them"]) if faults else None


if __name__ == "__main__":
    sys.exit(main())
