"""Failure cases 1-9 and 21-24 of a Jenkins job: the states that it and its builds may be in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import attrs
import pytest

from covbot.errors import BuildGone, CannotFetch, CannotFetchNow
from doubles.jenkins import state
from doubles.jenkins.sources import make_source

if TYPE_CHECKING:
    from covbot.sources.jenkins.source import Jenkins
    from doubles.jenkins.server import Double

SHA, OTHER = "af668d529a9dd7f3e85c6ffe9ba06ee0593673e5", "0b2af38b23ccbbfb60ae55d6aafec7c7fa6d4346"


def list_numbers(source: Jenkins) -> list[int]:
    return [build.number for build in source.builds()]


def test_case_1_a_disabled_job_still_offers_its_old_builds_and_is_reported_as_disabled(double: Double) -> None:
    job = double.job()
    job.add_build()
    job.disabled = True
    assert list_numbers(make_source(double)) == [1]
    assert "the job is disabled in Jenkins: no new builds will come, and none is missed" in make_source(double).check()


def test_case_2_a_job_that_was_never_built_is_waited_for(double: Double) -> None:
    double.job()
    assert list_numbers(make_source(double)) == []
    assert "the job was never built: covbot waits for its first build" in make_source(double).check()


@pytest.mark.parametrize("early_result", [None, "UNSTABLE", "FAILURE"])
def test_case_3_a_build_that_runs_is_skipped_until_it_is_done(double: Double, early_result: str | None) -> None:
    build = double.job().add_build().start()
    build.result = early_result
    assert list_numbers(make_source(double)) == []
    assert "no build of the job is finished yet, or each was stopped: covbot waits" in make_source(double).check()
    build.finish()
    build.in_progress = True
    assert list_numbers(make_source(double)) == []
    build.in_progress = False
    assert list_numbers(make_source(double)) == [1]


def test_case_3_a_build_that_runs_again_since_it_was_seen_is_not_read(double: Double) -> None:
    build = double.job().add_build()
    source = make_source(double)
    seen = source.builds()[0]
    build.start()
    with pytest.raises(CannotFetchNow, match="the build runs again; covbot waits until it is done"):
        source.reports(seen)
    assert double.downloads == []


@pytest.mark.parametrize("result", ["ABORTED", "NOT_BUILT"])
def test_case_4_an_aborted_build_is_on_offer_only_if_its_result_is_accepted(double: Double, result: str) -> None:
    double.job().add_build(result)
    source = make_source(double)
    assert list_numbers(source) == []
    assert list_numbers(attrs.evolve(source, accept=("SUCCESS", result))) == [1]


def test_case_5_a_failed_build_shows_its_result_and_the_age_of_a_report_that_it_did_not_write(double: Double) -> None:
    job = double.job()
    job.add_build()
    stale = job.add_build("FAILURE")
    stale.files = dict(job.builds[1].files)
    source = make_source(double)
    build = source.builds()[1]
    attachment = source.reports(build).attachments[0]
    assert build.result == "FAILURE"
    assert attachment.modified_at == datetime(2026, 11, 22, 6, 6, 52, tzinfo=UTC) < build.started_at


def test_case_6_a_file_that_is_not_archived_is_missing_and_what_is_there_is_named(double: Double) -> None:
    build = double.job().add_build()
    build.files = {
        name: state.Artifact() for name in ("junit.xml", "cover/coverage.xml", *(f"{n}.txt" for n in range(11)))
    }
    source = make_source(double)
    delivery = source.reports(source.builds()[0])
    assert (delivery.attachments, delivery.missing) == ((), ("coverage.xml",))
    assert delivery.notes[0].startswith("no coverage.xml in build 1; there is cover/coverage.xml, 0.txt, 1.txt,")
    assert delivery.notes[0].endswith(" and 3 more")
    assert delivery.notes[0] in source.check()


def test_case_6_a_coverage_plugin_in_the_build_is_distinguished_from_an_archived_file(double: Double) -> None:
    build = double.job().add_build("FAILURE")
    build.files = {}
    build.actions = [{"_class": "io.jenkins.plugins.coverage.metrics.steps.CoverageBuildAction"}, {}]
    source = make_source(double)
    nothing, hint = source.reports(source.builds()[0]).notes
    assert nothing == "no coverage.xml in build 1; there is nothing"
    assert hint.startswith("build 1 has results of CoverageBuildAction, which show no lines")
    assert hint.endswith("the job must also archive the file itself (archiveArtifacts 'coverage.xml')")


def test_case_7_an_empty_list_of_a_good_young_build_is_asked_for_again(double: Double) -> None:
    build = double.job().add_build()
    build.list_broken = True
    source = make_source(double)
    seen = source.builds()[0]
    with pytest.raises(
        CannotFetchNow, match="SUCCESS, yet it shows no file at all: its job does not archive the coverage file"
    ):
        source.reports(seen)
    build.list_broken = False
    assert len(source.reports(seen).attachments) == 1


def test_case_7_an_empty_list_of_an_old_build_is_final(double: Double) -> None:
    build = double.job().add_build()
    build.timestamp -= int(timedelta(days=2).total_seconds() * 1000)
    build.files = {}
    source = make_source(double)
    with pytest.raises(BuildGone, match="keeps no file of this build any more, or it never kept one"):
        source.reports(source.builds()[0])


def test_case_8_a_pattern_merges_all_that_it_matches_and_an_exact_name_only_itself(double: Double) -> None:
    build = double.job().add_build()
    names = ("coverage.xml", "a/coverage.xml", "a/b/coverage.xml", "a/b/other.xml")
    build.files = dict.fromkeys(names, state.Artifact())
    source = make_source(double, "**/coverage.xml")
    delivery = source.reports(source.builds()[0])
    assert [attachment.name for attachment in delivery.attachments] == sorted(names[:3])
    assert double.downloads == [f"/jenkins/job/widget-cover/1/artifact/{name}" for name in sorted(names[:3])]
    exact = make_source(double, "coverage.xml")
    assert [attachment.name for attachment in exact.reports(exact.builds()[0]).attachments] == ["coverage.xml"]


def test_case_8_a_pattern_that_chooses_too_much_is_refused(double: Double) -> None:
    build = double.job().add_build()
    build.files = {f"html/{number}.html": state.Artifact() for number in range(51)}
    source = make_source(double, "html/*")
    with pytest.raises(CannotFetch, match=r"reports choose 51 files; whoever keeps covbot\.toml names fewer than 50"):
        source.reports(source.builds()[0])


def test_case_9_a_truncated_report_arrives_as_it_is_for_the_reader_to_refuse(double: Double) -> None:
    build = double.job().add_build()
    build.files["coverage.xml"] = state.Artifact(state.COVERAGE_XML[:40])
    source = make_source(double)
    with source.reports(source.builds()[0]).attachments[0].open() as file:
        assert file.read() == state.COVERAGE_XML[:40]


def test_case_21_a_build_that_was_rotated_away_is_gone(double: Double) -> None:
    job = double.job()
    for _build in range(3):
        job.add_build()
    source = make_source(double)
    first, second, third = source.builds()
    job.rotate(keep=2, keep_files=1)
    job.builds[2].timestamp -= 2 * 86_400_000
    with pytest.raises(BuildGone, match=r"/1/: 404, Jenkins no longer keeps this build"):
        source.reports(first)
    second = source.builds()[0]
    with pytest.raises(BuildGone, match=r"/2/: Jenkins keeps no file of this build any more"):
        source.reports(second)
    assert len(source.reports(third).attachments) == 1


def test_case_21_a_file_that_is_listed_and_not_there_is_asked_for_again(double: Double) -> None:
    double.job().add_build()
    source = make_source(double)
    build = source.builds()[0]
    double.script(
        "/coverage.xml", lambda wire, _reply: wire.send_whole(double.reply("/jenkins/nowhere", "", AUTHORIZED))
    )
    with pytest.raises(CannotFetchNow, match=r"coverage\.xml: listed, and not there \(404\)"):
        source.reports(build)


AUTHORIZED = {"Authorization": "Basic cmVhZGVyOnMzY3IzdC10MGtlbg=="}


def test_case_22_builds_of_a_job_that_was_created_again_are_other_builds(double: Double) -> None:
    job = double.job()
    job.add_build()
    source = make_source(double)
    before = source.builds()[0]
    job.create_again()
    job.add_build().timestamp += 3_600_000
    after = source.builds()[0]
    assert (before.number, after.number) == (1, 1)
    assert before.started_at < after.started_at
    with pytest.raises(BuildGone, match="another build has this number now: the job was created again"):
        source.reports(before)


def test_case_23_a_build_that_ends_after_a_younger_one_is_still_on_offer_and_in_its_place(double: Double) -> None:
    job = double.job()
    slow = job.add_build().start()
    job.add_build()
    source = make_source(double)
    assert list_numbers(source) == [2]
    slow.finish()
    assert list_numbers(source) == [1, 2]


def test_case_24_a_replay_is_a_build_of_its_own_with_the_same_commit(double: Double) -> None:
    job = double.job()
    for _build in range(2):
        job.add_build().actions = [{}, state.make_git_record(SHA, "https://git.example/widget.git")]
    builds = make_source(double).builds()
    assert [(build.number, build.revision) for build in builds] == [(1, SHA), (2, SHA)]


def test_a_commit_is_chosen_by_its_repository_and_unknown_when_several_may_be_meant(double: Double) -> None:
    widget, library = (
        state.make_git_record(SHA, "git@git.example:acme/widget.git"),
        state.make_git_record(OTHER, "https://git.example/lib"),
    )
    double.job().add_build().actions = [library, widget, {"_class": "hudson.plugins.git.util.BuildData"}]
    unnamed = make_source(double)
    assert unnamed.builds()[0].revision is None
    note = "build 1 checked out several commits, and which is that of the project cannot be told: its commit is unknown"
    assert unnamed.check()[-1].startswith(note)
    assert unnamed.reports(unnamed.builds()[0]).notes[0].startswith(note)
    other = attrs.evolve(unnamed, repository="https://reader:s3cr3t@git.example/other.git")
    assert "which is that of git.example/other cannot be told" in other.check()[-1]
    named = attrs.evolve(unnamed, repository="https://reader@git.example/acme/widget/")
    assert named.builds()[0].revision == SHA
    assert "several" not in " ".join(named.check())


def test_links_are_for_people_where_jenkins_has_an_inner_name(double: Double) -> None:
    double.job().add_build()
    shown = attrs.evolve(make_source(double), browse="https://ci.example.org/jenkins")
    [build] = shown.builds()
    assert build.url == f"https://ci.example.org/jenkins/job/widget-cover/{build.number}/"
    assert shown.reports(build).attachments
