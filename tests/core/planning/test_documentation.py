"""`docs/how-it-decides.md` names every state, change, kind of reason and limit by which covbot decides."""

from __future__ import annotations

import re
from pathlib import Path

import attrs

from covbot.core.bugs.holds import HoldKind
from covbot.core.bugs.state import BugState
from covbot.core.planning.proposal import CoverageChange
from covbot.core.policy import Policy

TEXT = (Path(__file__).parents[3] / "docs" / "how-it-decides.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in row.strip("|").split("|")] for row in TEXT.split("\n") if row.startswith("|")]


def test_the_table_has_each_state_and_each_change() -> None:
    (head, *rows) = [row for row in ROWS if len(row) == 7 and set(row[0]) != {"-"}]
    assert head[1:] == [change.value for change in CoverageChange]
    assert sorted(row[0] for row in rows) == sorted(state.value for state in BugState)


def test_each_kind_of_reason_is_explained() -> None:
    (_, *rows) = [row for row in ROWS if len(row) == 2 and set(row[0]) != {"-"}]
    assert sorted(row[0] for row in rows) == sorted(HoldKind)


def test_the_limits_are_settings() -> None:
    named = {word for word in re.findall(r"`([a-z_]+)`", TEXT) if "_" in word}
    assert named <= {each.name for each in attrs.fields(Policy)}
    assert {"max_open", "new_per_day", "writes_per_run", "quiet_days", "fix_builds"} <= named
