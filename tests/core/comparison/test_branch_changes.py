"""Branches of two builds are compared by where they lead, or by their number where a report does not name that."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.comparison.branch_changes import BranchDelta, compare_with_source
from covbot.core.comparison.view import BuildView, Transition
from covbot.core.coverage import Branch, FileCoverage, Report
from covbot.core.linemap.linemap import FileMap, LineMap
from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Mapping

Page: TypeAlias = "Mapping[int, str]"
"""The lines with branches, each with where those lead that were never taken: `4 exit`, or `2 ways` of unknown ends."""

LAST = 12
SAME = LineMap()
SHIFTED = LineMap(files={"m.py": FileMap(before="m.py", after="m.py", runs=((1, 3, LAST),))})
WITHOUT_5 = LineMap(files={"m.py": FileMap(before="m.py", after="m.py", runs=((1, 1, 4), (6, 5, 7)))})
WITH_5 = LineMap(files={"m.py": FileMap(before="m.py", after="m.py", runs=((1, 1, 4), (5, 6, 7)))})
RENAMED = LineMap(files={"m.py": FileMap(before="m.py", after="n.py")})
DELETED = LineMap(deleted=frozenset({"m.py"}), added=frozenset({"n.py"}))


def _make_branch(ends: str) -> Branch:
    if ends.endswith("ways"):
        return Branch(total=9, at_most=int(ends.split(maxsplit=1)[0]))
    return Branch(total=9, targets=frozenset(ends.split()))


def _view(page: Page, missing: str = "", unmeasured: str = "", *, path: str = "m.py") -> BuildView:
    """Return a build of one file of 14 lines; some of them did not run or are no statements."""
    lines = {name: Lines.of(map(int, shown.split())) for name, shown in (("never", missing), ("none", unmeasured))}
    branches = {line: _make_branch(ends) for line, ends in page.items()}
    file = FileCoverage(
        statements=Lines.of(range(1, LAST + 3)) - lines["none"], missing=lines["never"], branches=branches
    )
    return BuildView(report=Report(files={path: file, "other.py": FileCoverage(branches={1: Branch(total=2)})}))


def _compare(before: BuildView, after: BuildView, linemap: LineMap = SAME) -> BranchDelta:
    return compare_with_source(Transition(before=before, after=after, linemap=linemap))


def _tell(delta: BranchDelta) -> list[str]:
    """Return `opened 3 to 5: lost coverage`, `closed 2 ways of 7: covered` and `standing 1`."""
    changes = [("opened", change) for change in delta.opened] + [("closed", change) for change in delta.closed]
    told = [
        f"{what} {change.line} to {' '.join(change.targets)}: {change.why}"
        if change.targets
        else f"{what} {change.count} ways of {change.line}: {change.why}"
        for what, change in changes
    ]
    assert all(change.count == len(change.targets) for _, change in changes if change.targets)
    return [*told, f"standing {delta.standing}"] if delta.standing else told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({3: "4"}, {3: "4"}, ["standing 1"]),
        ({3: "4"}, {3: "5"}, ["opened 3 to 5: lost coverage", "closed 3 to 4: covered"]),
        ({3: "4 exit"}, {3: "4"}, ["closed 3 to exit: covered", "standing 1"]),
        ({3: "4"}, {3: "4 5 exit"}, ["opened 3 to 5 exit: lost coverage", "standing 1"]),
        ({3: ""}, {3: "4"}, ["opened 3 to 4: lost coverage"]),
        ({3: "4"}, {3: ""}, ["closed 3 to 4: covered"]),
        ({3: "4"}, {}, ["closed 3 to 4: covered"]),
        ({3: "4"}, {7: "4"}, ["opened 7 to 4: lost coverage", "closed 3 to 4: covered"]),
    ],
)
def test_a_branch_is_known_by_where_it_leads(before: Page, after: Page, told: list[str]) -> None:
    assert _tell(_compare(_view(before), _view(after))) == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({3: "exit exit#2"}, {3: "exit exit#2"}, ["standing 2"]),
        ({3: "exit"}, {3: "exit exit#2"}, ["opened 3 to exit: lost coverage", "standing 1"]),
        ({3: "4 4#2 4#3"}, {3: "4#2"}, ["closed 3 to 4 4: covered", "standing 1"]),
    ],
)
def test_several_branches_to_one_place_are_told_apart(before: Page, after: Page, told: list[str]) -> None:
    assert _tell(_compare(_view(before), _view(after))) == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({3: "2 ways"}, {3: "2 ways"}, ["standing 2"]),
        ({3: "1 ways"}, {3: "3 ways"}, ["opened 2 ways of 3: lost coverage", "standing 1"]),
        ({3: "3 ways"}, {3: "1 ways"}, ["closed 2 ways of 3: covered", "standing 1"]),
        ({3: "4 5"}, {3: "1 ways"}, ["closed 1 ways of 3: covered", "standing 1"]),
        ({3: "1 ways"}, {3: "4 5"}, ["opened 1 ways of 3: lost coverage", "standing 1"]),
        ({3: "2 ways", 7: "4"}, {3: "2 ways"}, ["closed 7 to 4: covered", "standing 2"]),
        ({3: "4 5"}, {3: "0 ways"}, ["closed 3 to 4 5: covered"]),
        ({3: "2 ways"}, {3: ""}, ["closed 2 ways of 3: covered"]),
        ({3: ""}, {3: "2 ways"}, ["opened 2 ways of 3: lost coverage"]),
    ],
)
def test_branches_are_counted_where_a_report_does_not_name_their_ends(
    before: Page, after: Page, told: list[str]
) -> None:
    assert _tell(_compare(_view(before), _view(after))) == told


@pytest.mark.parametrize(
    ("linemap", "before", "after", "told"),
    [
        (SHIFTED, {3: "4 exit"}, {5: "6 exit"}, ["standing 2"]),
        (SHIFTED, {3: "4"}, {5: "4"}, ["opened 5 to 4: lost coverage", "closed 3 to 4: covered"]),
        (SHIFTED, {}, {2: "4"}, ["opened 2 to 4: new code"]),
        (WITHOUT_5, {5: "6"}, {}, ["closed 5 to 6: deleted"]),
        (WITHOUT_5, {3: "5 7"}, {3: "6"}, ["closed 3 to 5: deleted", "standing 1"]),
        (WITH_5, {3: "6"}, {3: "5 7"}, ["opened 3 to 5: new code", "standing 1"]),
        (WITH_5, {}, {5: "6 exit"}, ["opened 5 to 6 exit: new code"]),
    ],
)
def test_both_ends_of_a_branch_are_followed_along_the_source(
    linemap: LineMap, before: Page, after: Page, told: list[str]
) -> None:
    assert _tell(_compare(_view(before), _view(after), linemap)) == told


def test_the_branches_of_a_renamed_file_stay() -> None:
    before, after = _view({3: "4 5"}), _view({3: "4"}, path="n.py")
    assert _tell(_compare(before, after, RENAMED)) == ["closed 3 to 5: covered", "standing 1"]


def test_the_branches_of_a_deleted_file_are_deleted_and_those_of_a_new_one_new() -> None:
    before, after = _view({3: "4"}), _view({3: "4"}, path="n.py")
    before.paths, after.paths = frozenset({"m.py"}), frozenset({"n.py"})
    assert _tell(_compare(before, after, DELETED)) == ["opened 3 to 4: new code", "closed 3 to 4: deleted"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (_view({3: "4"}), _view({}, missing="3"), []),
        (_view({}, missing="3"), _view({3: "4"}), ["standing 1"]),
        (_view({3: "4"}, missing="3"), _view({3: "4"}), ["standing 1"]),
        (_view({3: "4"}), _view({3: "4 5"}, missing="3"), []),
        (_view({}, unmeasured="3"), _view({3: "4"}), ["opened 3 to 4: newly measured"]),
        (_view({3: "4"}), _view({}, unmeasured="3"), ["closed 3 to 4: excluded"]),
        (_view({}, path="n.py"), _view({3: "4"}), ["opened 3 to 4: newly measured"]),
        (_view({3: "4"}), _view({}, path="n.py"), []),
    ],
    ids=["lost", "run", "run, with branches", "lost, with branches", "measured", "excluded", "new file", "unmeasured"],
)
def test_a_line_that_did_not_run_or_was_not_measured_has_no_branch_to_compare(
    before: BuildView, after: BuildView, told: list[str]
) -> None:
    assert _tell(_compare(before, after)) == told


def test_nothing_is_compared_if_one_of_the_builds_measured_no_branches() -> None:
    without = BuildView(report=Report(files={"m.py": FileCoverage(statements=Lines.of(range(1, 15)))}))
    assert _compare(without, _view({3: "4"})) == _compare(_view({3: "4"}), without) == BranchDelta()


@pytest.mark.parametrize(("after", "changed"), [({3: "4"}, False), ({3: ""}, True), ({3: "4 5"}, True)])
def test_a_delta_is_true_if_a_branch_opened_or_closed(after: Page, *, changed: bool) -> None:
    assert bool(_compare(_view({3: "4"}), _view(after))) is changed


ENDS = st.sets(st.sampled_from(["4", "5", "exit", "exit#2"])).map(lambda ends: " ".join(sorted(ends))) | st.integers(
    1, 3
).map("{} ways".format)
PAGES = st.dictionaries(st.integers(1, LAST), ENDS, max_size=5)
OPPOSITE = {"lost coverage": "covered", "newly measured": "excluded", "new code": "deleted"}


@given(PAGES)
def test_nothing_changes_from_a_build_to_itself(page: dict[int, str]) -> None:
    delta = _compare(_view(page), _view(page))
    assert not delta
    assert delta.standing == sum(_make_branch(ends).missing for ends in page.values())


@given(PAGES, PAGES)
def test_what_opens_from_one_build_to_another_closes_on_the_way_back(
    one: dict[int, str], other: dict[int, str]
) -> None:
    there, back = _compare(_view(one), _view(other)), _compare(_view(other), _view(one))
    opened = [(change.line, OPPOSITE[change.why], change.targets, change.count) for change in there.opened]
    assert opened == [(change.line, change.why, change.targets, change.count) for change in back.closed]


@given(PAGES, PAGES)
def test_each_branch_never_taken_is_opened_or_standing(one: dict[int, str], other: dict[int, str]) -> None:
    delta = _compare(_view(one), _view(other))
    never = sum(_make_branch(ends).missing for ends in other.values())
    assert sum(change.count for change in delta.opened) + delta.standing == never
