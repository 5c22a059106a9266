"""Of a whole report, what it says of one file: by the names of all its files, and never by those of another one."""

from __future__ import annotations

import pytest

from covbot.errors import CannotReadReport
from covbot.repository import views
from support.pictures import make_report

TREE = ("pkg/utils.py", "pkg/sched/utils.py", "pkg/sched/host.py", "pkg/api/utils.py", "pkg/__init__.py")
PATH = "pkg/sched/utils.py"


@pytest.mark.parametrize(
    ("names", "known", "selected"),
    [
        (["utils.py", "sched/utils.py", "sched/host.py", "__init__.py"], TREE, ["sched/utils.py"]),
        (["utils.py", "sched/utils.py", "__init__.py"], (), ["sched/utils.py"]),
        (["pkg/utils.py", "pkg/sched/utils.py"], TREE, ["pkg/sched/utils.py"]),
        (["/ws/a/pkg/utils.py", "/ws/a/pkg/sched/utils.py"], TREE, ["/ws/a/pkg/sched/utils.py"]),
        (["pkg\\utils.py", "pkg\\sched\\utils.py"], TREE, ["pkg\\sched\\utils.py"]),
        (["utils.py"], (), ["utils.py"]),
        (["pkg/utils.py"], TREE, []),
        (["sched/host.py", "__init__.py"], TREE, []),
    ],
)
def test_the_filename_of_a_path_is_found_among_others(
    names: list[str], known: tuple[str, ...], selected: list[str]
) -> None:
    report = make_report(dict.fromkeys(names, ".x"))
    assert [*views.select_file(report, PATH, known).files] == selected


def test_a_prefix_decides_what_a_filename_alone_does_not() -> None:
    report = make_report({"utils.py": ".x"})
    with pytest.raises(CannotReadReport, match=r"utils\.py may be .*; measure in the top folder of the checkout"):
        views.select_file(report, PATH, TREE)
    assert [*views.select_file(report, PATH, TREE, prefix="pkg/sched").files] == ["utils.py"]
    assert [*views.select_file(report, PATH, TREE, prefix="pkg").files] == []
