"""coverage.py's own data, mapped to a tree, has the same lines as coverage.py's own XML."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covbot.core import coverage
from covbot.core.coverage import FileCoverage
from covbot.core.lines import Lines
from covbot.errors import CannotReadReport
from covbot.formats import reading
from covbot.repository import views
from support.programs import coverage_runs, random_programs

if TYPE_CHECKING:
    from covbot.core.coverage import Report
    from covbot.repository.git import Repository
    from support.git_repo import Checkout
    from support.programs.coverage_runs import Recorder

SOURCE = "def f(a):\n    if a:\n        return 1\n    return 2\n"
RAN = [1, 2, 4]
SETTINGS = "[report]\nexclude_also =\n    return 1\npartial_branches =\n    while c\\(\\):\n"


def read_report(data: bytes) -> Report:
    return reading.read(io.BytesIO(data), "it", limit=10**7)


@settings(max_examples=25)
@given(
    source=random_programs.programs(),
    bits=random_programs.BITS,
    branch=st.booleans(),
    rules=st.sampled_from(["", SETTINGS]),
)
def test_it_equals_the_xml_of_the_same_run_line_by_line_and_branch_by_branch(
    recorder: Recorder, source: str, bits: list[int], branch: bool, rules: str
) -> None:
    measured = recorder.measure(source, bits, branch=branch, settings=rules)
    sources = {"program.py": source} | ({".coveragerc": rules} if rules else {})
    placed = views.place_report_among(read_report(measured.data), ["program.py"], source=sources.get).report
    (wanted,) = read_report(measured.xml).files.values()
    assert placed.files == {"program.py": wanted}
    assert (placed.executions, placed.problems) == ({}, ())


@pytest.mark.parametrize("name", ["/srv/ci/7/pkg/m.py", "D:\\a\\pkg\\m.py", "pkg/m.py", "./pkg/m.py"])
def test_filenames_of_any_machine_are_mapped_to_their_file(
    checkout: Checkout, repository: Repository, name: str
) -> None:
    commit = checkout.commit({"pkg/m.py": SOURCE, "pkg/n.py": SOURCE})
    view = views.place_report(read_report(coverage_runs.make_data(lines={name: RAN})), repository, commit)
    assert view.report.files == {"pkg/m.py": FileCoverage(statements=Lines.of([1, 2, 3, 4]), missing=Lines.of([3]))}


def test_the_source_is_that_of_the_commit_and_no_file_on_the_disk(checkout: Checkout, repository: Repository) -> None:
    commit = checkout.commit({"m.py": SOURCE})
    checkout.commit({"m.py": "other = 1\n"})
    (checkout.directory / "m.py").write_text("third = 1\n")
    name = str(checkout.directory / "m.py")
    (file,) = views.place_report(
        read_report(coverage_runs.make_data(lines={name: RAN})), repository, commit
    ).report.files.values()
    assert list(file.statements) == [1, 2, 3, 4]


def test_what_is_not_in_the_commit_is_left_out_and_named(checkout: Checkout, repository: Repository) -> None:
    commit = checkout.commit({"m.py": SOURCE, "two.py": "print 'two'\n"})
    data = coverage_runs.make_data(lines={"m.py": RAN, "two.py": [1], "/usr/lib/site.py": [1]})
    report = views.place_report(read_report(data), repository, commit).report
    assert list(report.files) == ["m.py"]
    assert [(problem.where, problem.what.partition(",")[0]) for problem in report.problems] == [
        ("/usr/lib/site.py", "is not in the repository"),
        ("two.py", "cannot be read as Python"),
    ]


def test_data_of_another_project_is_refused(checkout: Checkout, repository: Repository) -> None:
    commit = checkout.commit({"m.py": SOURCE})
    with pytest.raises(CannotReadReport, match=r"speaks of no file of the repository: /usr/x\.py is not in the repo"):
        views.place_report(read_report(coverage_runs.make_data(lines={"/usr/x.py": [1]})), repository, commit)


def test_two_checkouts_in_one_data_file_are_refused_with_both_names(checkout: Checkout, repository: Repository) -> None:
    commit = checkout.commit({"m.py": SOURCE})
    with pytest.raises(CannotReadReport, match=r"ambiguous .* m\.py has 2 filenames: \['/one/m\.py', '/two/m\.py'\]"):
        views.place_report(
            read_report(coverage_runs.make_data(lines={"/one/m.py": [1], "/two/m.py": [2]})), repository, commit
        )


def test_a_shard_as_xml_and_one_as_data_make_one_file(checkout: Checkout, repository: Repository) -> None:
    commit = checkout.commit({"src/m.py": SOURCE})
    lines = b'<lines><line number="1" hits="0"/><line number="3" hits="1"/></lines>'
    xml = b'<coverage><packages><package><class filename="m.py">%b</class></package></packages></coverage>' % lines
    both = [
        read_report(xml),
        read_report(coverage_runs.make_data(lines={"/x/src/m.py": RAN})),
    ]
    report = views.place_report(coverage.merge_reports(both), repository, commit).report
    assert report.files == {"src/m.py": FileCoverage(statements=Lines.of([1, 2, 3, 4]))}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".coveragerc", "[report]\nexclude_also = return 1\n"),
        ("setup.cfg", "[coverage:report]\nexclude_also = return 1\n"),
        ("tox.ini", "[coverage:report]\nexclude_also = return 1\n"),
        ("pyproject.toml", '[tool.coverage.report]\nexclude_also = ["return 1"]\n'),
    ],
)
def test_the_exclusions_are_those_of_the_project_at_the_commit(
    checkout: Checkout, repository: Repository, name: str, text: str
) -> None:
    commit = checkout.commit({"m.py": SOURCE, name: text, "sub/.coveragerc": "[report]\nexclude_also = return 2\n"})
    (file,) = views.place_report(
        read_report(coverage_runs.make_data(lines={"m.py": RAN})), repository, commit
    ).report.files.values()
    assert list(file.statements) == [1, 2, 4]


@pytest.mark.parametrize(
    "text",
    ["no = [toml", "[tool.coverage.report]\nexclude_also = 7", '[tool.coverage.report]\nexclude_also = ["("]'],
)
def test_settings_that_cannot_be_read_are_named_and_the_defaults_used(
    checkout: Checkout, repository: Repository, text: str
) -> None:
    commit = checkout.commit({"m.py": SOURCE, "pyproject.toml": f"# tool.coverage\n{text}\n"})
    report = views.place_report(read_report(coverage_runs.make_data(lines={"m.py": RAN})), repository, commit).report
    assert list(report.files["m.py"].statements) == [1, 2, 3, 4]
    assert "in pyproject.toml cannot be read" in report.problems[0].what


def test_no_plugin_that_settings_name_is_loaded(checkout: Checkout, repository: Repository) -> None:
    commit = checkout.commit({"m.py": SOURCE, ".coveragerc": "[run]\nplugins = no_such_plugin\n"})
    report = views.place_report(read_report(coverage_runs.make_data(lines={"m.py": RAN})), repository, commit).report
    assert (list(report.files), report.problems) == (["m.py"], ())
