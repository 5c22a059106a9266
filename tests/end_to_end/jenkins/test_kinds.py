"""Sources on Zuul and at one URL, and the settings of each kind of remote source: from settings to recorded builds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from covbot import settings
from covbot.errors import CannotReadSettings
from doubles.jenkins import pulls, state
from doubles.jenkins.sources import TOKEN
from support import pictures
from support.cli_folder import Folder

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_httpserver import HTTPServer

    from doubles.jenkins.server import Double

ZUUL = 'kind = "zuul"\nurl = "{url}"\ntenant = "t"\nproject = "o/nova"\njob = "nova-cover"\npipeline = "{pipeline}"\n'
JENKINS = 'kind = "jenkins"\nurl = "https://ci.example.org/"\njob = "nova"\n'


def write_settings(path: Path, source: str) -> Folder:
    """Write settings with one source; return their folder."""
    (path / "covbot.toml").write_text(f"[projects.nova.source]\n{source}")
    return Folder(path)


def test_builds_of_zuul_are_ingested_and_those_of_proposed_changes_refused(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    row = {
        "_id": 7, "job_name": "nova-cover", "result": "SUCCESS", "final": True, "start_time": "2026-08-21T21:01:48",
        "log_url": httpserver.url_for("/logs/7/"),
        "ref": {"newrev": "a" * 40, "change": None, "ref": "refs/heads/master"},
    }  # fmt: skip
    folder = write_settings(tmp_path, ZUUL.format(url=httpserver.url_for("/"), pipeline="periodic"))
    httpserver.expect_request("/api/tenant/t/builds").respond_with_json([row])
    httpserver.expect_request("/logs/7/coverage.xml").respond_with_data(pictures.make_xml(pulls.FILES))
    checked = folder.invoke("check")
    assert "1 finished builds of nova-cover in pipeline periodic on offer" in checked.out
    assert "build 7 (SUCCESS) measures 2 files" in checked.out
    [done] = folder.invoke("run", "--format", "json").documents
    assert done["builds"] == [{"number": 7, "revision": "a" * 40, "verdict": "trusted", "reasons": []}]
    assert "nothing new" in folder.invoke("run").out
    httpserver.clear()
    row["ref"] = {"change": 1234, "ref": "refs/changes/34/1234/1"}
    httpserver.expect_request("/api/tenant/t/builds").respond_with_json([row])
    refused = folder.invoke("run")
    assert refused.code == 1
    assert "tests proposed changes, and a bug is about what is merged" in refused.err


def test_a_file_at_one_address_is_a_build_whenever_it_changes(double: Double, tmp_path: Path) -> None:
    build = pulls.archive_build(double.job())
    token = tmp_path / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    url = f"{double.url}job/widget-cover/1/artifact/coverage.xml?key=s1gn3d"
    folder = write_settings(tmp_path, f'kind = "url"\nurl = "{url}"\nuser = "reader"\ntoken_file = "token"\n')
    checked = folder.invoke("check")
    assert "works  source of nova: " in checked.out
    [done] = folder.invoke("run", "--format", "json").documents
    assert [build["verdict"] for build in done["builds"]] == ["trusted"]
    assert "nothing new" in folder.invoke("run").out
    modified_at = build.files["coverage.xml"].modified_at.replace(year=2027)
    build.files["coverage.xml"] = state.Artifact(pictures.make_xml({"a.py": ".x"}), modified_at)
    [done] = folder.invoke("run", "--format", "json").documents
    assert len(done["builds"]) == 1
    stored = folder.invoke("builds", "--format", "json")
    assert {build["job"] for build in stored.documents} == {"nova"}
    assert "s1gn3d" not in checked.out + stored.out + json.dumps(done)


def test_paths_are_relative_to_the_folder_of_the_settings(tmp_path: Path) -> None:
    more = 'user = "me"\ntoken_file = "secret/token"\nca_file = "ca.pem"\n'
    for text in (f"{JENKINS}{more}", f'kind = "url"\nurl = "https://x/c.xml"\n{more}'):
        write_settings(tmp_path, text)
        source = settings.load_settings(tmp_path / "covbot.toml").projects["nova"].source
        assert isinstance(source, settings.JenkinsSource | settings.UrlSource)
        assert (source.token_file, source.ca_file) == (tmp_path / "secret" / "token", tmp_path / "ca.pem")
        assert source.job == "nova"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('kind = "jenkins"\nurl = "https://x/"', "job: is missing"),
        ('kind = "jenkins"\nurl = "https://x/"\njob = "a//b"', "job: must be the name of a job, as folder/job"),
        ('kind = "jenkins"\nurl = "x"\njob = "a"', "url: must be an address that begins with https:// or http://"),
        ('kind = "jenkins"\nurl = "http://[::1"\njob = "a"', "url: must be an address that begins with https://"),
        ('kind = "jenkins"\nurl = "https://x:99999/"\njob = "a"', "url: must be an address that begins with https://"),
        ('kind = "jenkins"\nurl = "ftp://x/"\njob = "a"', "url: must be an address that begins with https://"),
        ('kind = "jenkins"\nurl = "https://me:secret@x/"\njob = "a"', "url: must not hold a user or a password"),
        ('kind = "jenkins"\nurl = "https://x/?a=secret"\njob = "a"', "url: must end with a path"),
        (f'{JENKINS}token = "secret"', "token: unknown key, did you mean token_file?"),
        (f'{JENKINS}token_file = "t"', "token_file is the token of a user: user says whose"),
        (f'{JENKINS}user = "me"\ntoken_file = ""', "token_file: must name a file or a directory"),
        ('kind = "zuul"\nurl = "https://x/"\njob = "a"\nproject = "p"', "pipeline: is missing"),
        ('kind = "url"\nurl = "https://me@x/c.xml"', "url: must not hold a user or a password"),
        ('kind = "svn"', "kind: svn is not supported by this version: must be directory or jenkins or url or zuul"),
    ],
)
def test_a_fault_in_a_source_is_reported_without_what_may_be_a_secret(tmp_path: Path, text: str, fault: str) -> None:
    write_settings(tmp_path, f"{text}\n")
    with pytest.raises(CannotReadSettings) as caught:
        settings.load_settings(tmp_path / "covbot.toml")
    message = str(caught.value).partition("projects.nova.source")[2].lstrip(".: ")
    assert message.startswith(fault)
    assert "secret" not in message
