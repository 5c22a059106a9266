"""Reports of one build, merged: the union contains no more and no less than its parts, and its numbers add up."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core import coverage
from covbot.core.coverage import Branch, FileCoverage, Numbers, Problem, Report
from covbot.core.lines import Lines

numbers = st.integers(1, 9)
inside = st.frozensets(numbers)
labels = st.frozensets(st.sampled_from(["7", "12", "exit", "exit#2"]), max_size=4)
problems = st.sets(st.builds(Problem, where=st.sampled_from("ab"), what=st.sampled_from("xy"))).map(
    lambda found: tuple(sorted(found))
)
writers = st.sets(st.sampled_from(["unknown", "coverage.py 7.17.3", "gcovr 7.0"]), min_size=1).map(
    lambda names: " + ".join(sorted(names))
)
timestamps = st.none() | st.datetimes(timezones=st.just(dt.UTC))


@st.composite
def draw_branch(draw: st.DrawFn) -> Branch:
    total = draw(st.integers(1, 4))
    return Branch(total=total, targets=draw(st.none() | labels), at_most=draw(st.none() | st.integers(0, total)))


@st.composite
def draw_file(draw: st.DrawFn) -> FileCoverage:
    statements = draw(st.frozensets(numbers))
    return FileCoverage(
        statements=Lines.of(statements),
        missing=Lines.of(line for line in statements if draw(st.booleans())),
        branches={line: draw(draw_branch()) for line in statements if draw(st.booleans())},
        functions={name: Lines.of(lines) for name in ("f", "C.f") if (lines := statements & draw(inside))},
    )


reports = st.builds(
    Report,
    files=st.dictionaries(st.sampled_from(["a.py", "b.py", "c.py"]), draw_file()),
    writer=writers,
    sources=st.frozensets(st.sampled_from(["/a", "/b"])).map(lambda found: tuple(sorted(found))),
    written_at=timestamps,
    problems=problems,
    mismatches=problems,
)


@given(draw_file(), st.frozensets(numbers).map(Lines.of))
def test_each_line_is_in_one_function_that_holds_it_or_in_none(file: FileCoverage, lines: Lines) -> None:
    found = file.group_by_function(lines)
    assert sorted(line for owned in found.values() for line in owned) == list(lines)
    for name, owned in found.items():
        assert owned <= file.functions[name] if name else not any(owned & held for held in file.functions.values())


some = st.lists(reports, min_size=1, max_size=4)


@given(some, st.data())
def test_law_18_merging_is_commutative_and_so_is_the_order_of_its_result(
    parts: list[Report], choice: st.DataObject
) -> None:
    one, other = coverage.merge_reports(parts), coverage.merge_reports(choice.draw(st.permutations(parts)))
    assert one == other
    if len(parts) > 1:
        assert list(one.files) == list(other.files) == sorted(one.files)


@given(reports, reports, reports)
def test_law_18_merging_is_associative(one: Report, two: Report, three: Report) -> None:
    assert (one | two) | three == one | (two | three)


@given(some)
def test_law_18_merging_is_idempotent(parts: list[Report]) -> None:
    whole = coverage.merge_reports(parts)
    assert whole | whole == whole
    assert coverage.merge_reports([*parts, *parts]) == whole
    assert whole | parts[0] == whole


@given(some)
def test_law_18_unmeasured_never_turns_into_covered(parts: list[Report]) -> None:
    whole = coverage.merge_reports(parts)
    for name, file in whole.files.items():
        measured = [part.files[name] for part in parts if name in part.files]
        assert set(file.statements) == {line for each in measured for line in each.statements}
        assert set(file.covered) == {line for each in measured for line in each.covered}
        assert file.missing <= file.statements


@given(draw_branch(), draw_branch())
def test_law_18_a_union_takes_no_branch_that_neither_took(one: Branch, other: Branch) -> None:
    union = one | other
    assert union.total == max(one.total, other.total)
    if one.at_most is not None and other.at_most is not None and union.at_most is not None:
        taken = [branch.total - branch.at_most for branch in (one, other) if branch.at_most is not None]
        assert union.total - union.at_most == max(taken)
    if one.targets is not None and other.targets is not None:
        assert union.targets == one.targets & other.targets


def test_a_line_of_which_one_report_has_fewer_branches_is_not_fully_taken_for_that() -> None:
    assert (Branch(total=2, at_most=0) | Branch(total=4, at_most=3)).missing == 2


@pytest.mark.parametrize(
    ("branch", "missing"),
    [
        (Branch(total=2), 0),
        (Branch(total=2, at_most=1), 1),
        (Branch(total=2, targets=frozenset({"7", "exit"})), 2),
        (Branch(total=3, targets=frozenset({"7", "exit"}), at_most=1), 1),
        (Branch(total=2, targets=frozenset({"exit", "exit#2"}), at_most=2), 2),
    ],
)
def test_branches_never_taken_are_counted_as_far_as_they_are_known(branch: Branch, missing: int) -> None:
    assert branch.missing == missing


def test_partial_lines_ran_and_name_the_targets_never_reached_numbers_first() -> None:
    file = FileCoverage(
        statements=Lines.of([1, 2, 3, 4]),
        missing=Lines.of([3]),
        branches={
            4: Branch(total=2, at_most=1),
            3: Branch(total=2, at_most=2),
            2: Branch(total=2, at_most=0),
            1: Branch(total=4, targets=frozenset({"exit", "exit#2", "12", "7"}), at_most=4),
        },
    )
    assert file.partial == {1: ("7", "12", "exit", "exit"), 4: ()}
    assert list(file.partial) == [1, 4]
    assert file.numbers == Numbers(statements=4, missing=1, branches=10, missing_branches=7, partial=2)


@given(some)
def test_numbers_add_up(parts: list[Report]) -> None:
    whole = coverage.merge_reports(parts).files
    summed = sum((file.numbers for file in whole.values()), Numbers())
    assert Report(files=whole).numbers == summed
    assert summed.covered + summed.missing == summed.statements
    assert sum(len(file.covered) for file in whole.values()) == summed.covered
    assert sum(len(file.partial) for file in whole.values()) == summed.partial <= summed.covered
    assert summed.missing_branches <= summed.branches or any(
        len(branch.targets or ()) > branch.total for file in whole.values() for branch in file.branches.values()
    )


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_share_is_never_too_high(covered: int, missing: int) -> None:
    share = Numbers(statements=covered + missing, missing=missing).share
    if not covered + missing:
        assert share == "nothing to cover"
    elif not missing:
        assert share == "100 %"
    elif share == "under 0.1 %":
        assert 0 < covered * 1000 < covered + missing
    else:
        tenths = round(float(share.removesuffix(" %")) * 10)
        assert tenths <= covered * 1000 / (covered + missing) < tenths + 1
        assert tenths < 1000


def test_merging_keeps_the_earliest_timestamp_and_every_writer_and_root_once() -> None:
    early, late = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    merged = coverage.merge_reports(
        [
            Report(writer="b", sources=("/x",), written_at=late),
            Report(writer="a", sources=("/x", "/w")),
            Report(writer="a + b", written_at=early),
        ]
    )
    assert merged == Report(writer="a + b", sources=("/w", "/x"), written_at=early)
