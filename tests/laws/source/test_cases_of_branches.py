"""What changed of branches, each identified by its target, along real commits."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from covbot.core.comparison import branch_changes
from covbot.core.comparison.view import Transition
from covbot.formats import reading
from covbot.repository import git, views
from support.git_repo import Checkout

if TYPE_CHECKING:
    from pathlib import Path

    from covbot.core.comparison.view import BuildView
    from covbot.repository.git import Repository

TEXT = """\
def f(a, b):
    x = 0
    if a:
        x = 1
    if b:
        x = 2
    match x:
        case 1:
            return "one"
        case 2:
            return "two"
    return x
"""
SHIFTED = "# one\n# two\n" + TEXT
DELETED = TEXT.replace("    if a:\n        x = 1\n", "")


def make_report(lines: dict[int, str]) -> bytes:
    """Return a report of `m.py`: line -> hits, and branches as `1/2 5`: those taken of all, and missing targets."""
    rows = []
    for number, text in lines.items():
        hits, _, branch = text.partition(" ")
        count, _, targets = branch.partition(" ")
        taken = f' branch="true" condition-coverage="0% ({count})"' if count else ""
        missing = f' missing-branches="{targets}"' if targets else ""
        rows.append(f'<line number="{number}" hits="{hits}"{taken}{missing}/>')
    body = f'<classes><class filename="m.py"><lines>{"".join(rows)}</lines></class></classes>'
    return f"<coverage><packages><package>{body}</package></packages></coverage>".encode()


def load_view(repository: Repository, commit: str, lines: dict[int, str]) -> BuildView:
    """Return the view of a report at its commit."""
    return views.place_report(reading.read(io.BytesIO(make_report(lines)), "coverage.xml"), repository, commit)


def describe_delta(delta: branch_changes.BranchDelta) -> list[str]:
    """Return sentences: `opened 3 to 5: lost coverage`, `closed 2 branches of 7: covered`, `standing 1`."""
    changes = [("opened", change) for change in delta.opened] + [("closed", change) for change in delta.closed]
    sentences = [
        f"{verb} {change.line} to {', '.join(change.targets)}: {change.why}"
        if change.targets
        else f"{verb} {change.count} branches of {change.line}: {change.why}"
        for verb, change in changes
    ]
    return [*sentences, f"standing {delta.standing}"] if delta.standing else sentences


BODY = """\
def f(a):
    for item in a:
        if item:
            x = item.name
            log(x)
            keep(x)
            use(x)
        done(item)
    try:
        g()
    except ValueError:
        h()
"""
EXTRACTED = """\
def f(a):
    for item in a:
        if item:
            handle(item)
        done(item)
    try:
        g()
    except ValueError:
        h()
def handle(item):
    x = item.name
    log(x)
    keep(x)
    use(x)
"""
MORE_BEHIND = BODY.replace("        done(item)", "        count(item)\n        done(item)")
EDITED_HANDLER = BODY.replace("        h()", "        h(1)")

RAN = {1: "1", 2: "1", 4: "1", 6: "1", 12: "1"}


@pytest.mark.parametrize(
    ("texts", "before", "after", "expected"),
    [
        pytest.param(
            (TEXT, TEXT), {**RAN, 3: "1 1/2 4"}, {**RAN, 3: "1 1/2 5"},
            ["opened 3 to 5: lost coverage", "closed 3 to 4: covered"], id="case 10: another branch, the same count",
        ),
        pytest.param(
            (TEXT, TEXT), {**RAN, 7: "1 1/4"}, {**RAN, 7: "1 3/4"},
            ["closed 2 branches of 7: covered", "standing 1"], id="case 10: a writer that does not name targets",
        ),
        pytest.param(
            (TEXT, SHIFTED), {**RAN, 3: "1 1/2 5"}, {**RAN, 5: "1 1/2 7"},
            ["standing 1"], id="case 10: drift",
        ),
        pytest.param(
            (TEXT, TEXT), {**RAN, 7: "1 1/2 exit"}, {**RAN, 7: "1 1/2 exit"}, ["standing 1"], id="nothing changed",
        ),
        pytest.param(
            (TEXT, DELETED), {**RAN, 3: "1 1/2 4", 5: "1 1/2 6"}, {1: "1", 2: "1", 3: "1 1/2 4"},
            ["closed 3 to 4: deleted", "standing 1"], id="line deleted",
        ),
        pytest.param(
            (DELETED, TEXT), {3: "1 1/2 4"}, {**RAN, 3: "1 1/2 4", 5: "1 1/2 6"},
            ["opened 3 to 4: new code", "standing 1"], id="new line",
        ),
        pytest.param(
            (TEXT, TEXT), {**RAN, 3: "0 0/2 4,5"}, {**RAN, 3: "1 1/2 5", 5: "1 1/2 6"},
            ["opened 5 to 6: newly measured", "standing 1"], id="a line that ran for the first time",
        ),
        pytest.param(
            (TEXT, TEXT), {**RAN, 3: "1 1/2 5"}, {**RAN, 3: "0 0/2 4,5", 5: "1 2/2"}, [], id="a line that is lost",
        ),
        pytest.param((TEXT, TEXT), RAN, {**RAN, 3: "1 1/2 5"}, [], id="no branches measured before"),
        pytest.param(
            (BODY, EXTRACTED),
            {1: "1", 2: "1", 3: "1 1/2 4", 4: "0", 5: "0", 6: "0", 7: "0", 8: "1", 9: "1", 10: "1"},
            {1: "1", 2: "1", 3: "1 1/2 4", 4: "0", 5: "1", 6: "1", 7: "1", 10: "1", 11: "0", 12: "0", 13: "0", 14: "0"},
            ["standing 1"], id="the block of a branch was extracted, and is still never entered",
        ),
        pytest.param(
            (BODY, EXTRACTED),
            {1: "1", 2: "1", 3: "1 1/2 4", 4: "0", 5: "0", 6: "0", 7: "0", 8: "1", 9: "1", 10: "1"},
            {1: "1", 2: "1", 3: "1 2/2", 4: "1", 5: "1", 6: "1", 7: "1", 10: "1", 11: "1", 12: "1", 13: "1", 14: "1"},
            ["closed 3 to 4: covered"], id="the block of a branch was extracted, and is entered now",
        ),
        pytest.param(
            (BODY, MORE_BEHIND),
            {1: "1", 2: "1", 3: "1 1/2 8", 4: "1", 5: "1", 6: "1", 7: "1", 8: "1"},
            {1: "1", 2: "1", 3: "1 1/2 8", 4: "1", 5: "1", 6: "1", 7: "1", 8: "1", 9: "1"},
            ["standing 1"], id="another statement comes behind the block that is always entered",
        ),
        pytest.param(
            (BODY, MORE_BEHIND),
            {1: "1", 2: "1", 3: "1 1/2 8", 4: "1", 5: "1", 6: "1", 7: "1", 8: "1"},
            {1: "1", 2: "1", 3: "1 1/2 4", 4: "0", 5: "0", 6: "0", 7: "0", 8: "1", 9: "1"},
            ["opened 3 to 4: lost coverage", "closed 3 to 8: covered"],
            id="the other branch is taken now",
        ),
        pytest.param(
            (BODY, EDITED_HANDLER),
            {1: "1", 9: "1", 10: "1", 11: "1 1/2 12", 12: "0"}, {1: "1", 9: "1", 10: "1", 11: "1 1/2 12", 12: "0"},
            ["standing 1"], id="the block of a handler was edited",
        ),
    ],
)  # fmt: skip
def test_a_branch_of_a_line_is_identified_by_its_target(
    texts: tuple[str, str], before: dict[int, str], after: dict[int, str], expected: list[str], tmp_path: Path
) -> None:
    checkout = Checkout(directory=tmp_path / "work").create()
    older, newer = (
        checkout.commit(
            {"m.py": text},
        )
        for text in texts
    )
    with git.open_checkout(checkout.directory) as repository:
        one, other = load_view(repository, older, before), load_view(repository, newer, after)
        linemap = repository.line_map(older, newer, {"m.py"})
        assert (
            describe_delta(branch_changes.compare_with_source(Transition(before=one, after=other, linemap=linemap)))
            == expected
        )
