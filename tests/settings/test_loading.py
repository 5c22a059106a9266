"""`covbot.toml` becomes values, or one line that names every error."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from covbot import settings
from covbot.core.policy import Policy
from covbot.errors import CannotReadSettings

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = '[projects.nova.source]\nkind = "directory"\npath = "builds"\n'


@pytest.fixture(name="write")
def _make_writer(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "covbot.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def _list_errors(path: Path) -> list[str]:
    with pytest.raises(CannotReadSettings) as caught:
        settings.load_settings(path)
    shown = str(caught.value)
    assert shown.isprintable()
    return shown.removeprefix(f"{path}: ").split("; ")


def test_the_least_settings_are_filled_in_with_defaults(write: Callable[[str], Path], tmp_path: Path) -> None:
    loaded = settings.load_settings(write(SOURCE))
    assert loaded == settings.Settings(
        store=f"sqlite:///{tmp_path}/covbot.db",
        templates=tmp_path / "templates",
        cache=tmp_path / "cache",
        projects={
            "nova": settings.ProjectSettings(
                name="nova",
                title="nova",
                source=settings.DirectorySource(path=tmp_path / "builds", job="nova"),
                tracker=settings.LocalTrackerSettings(project="nova"),
            )
        },
    )
    assert loaded.projects["nova"].mode is settings.Mode.OBSERVE
    assert loaded.projects["nova"].policy == Policy()
    assert loaded.projects["nova"].schedule.when == dt.timedelta(days=1)


def test_every_given_setting_is_used(write: Callable[[str], Path], tmp_path: Path) -> None:
    loaded = settings.load_settings(
        write(
            'store = "postgresql+psycopg://db/covbot"\ntemplates = "."\ncache = "/var/cache/covbot"\n'
            '[projects.nova]\ntitle = "OpenStack Nova"\nmode = "live"\ncontact = "QA"\n'
            '[projects.nova.source]\nkind = "directory"\npath = "/srv/builds"\njob = "cover"\n'
            'reports = ["a.xml", "b/c.xml"]\naccept = ["UNSTABLE"]\nunpacked_mb = 3\n'
            '[projects.nova.repository]\nurl = "git@example.org:nova"\nprefix = "nova"\n'
            'browse = "https://example.org/{revision}/{path}#L{line}"\ntests = ["t/{dir}/test_{name}.py"]\n'
            '[projects.nova.tracker]\nkind = "local"\nproject = "bugs"\ntags = ["testing", "a+b"]\n'
            "[projects.nova.policy]\nmax_open = 0\nclose_share = 1\n"
            '[projects.nova.schedule]\nat = "04:30"\n'
        )
    )
    project = loaded.projects["nova"]
    assert (loaded.store, loaded.templates) == ("postgresql+psycopg://db/covbot", tmp_path)
    assert loaded.cache == Path("/var/cache/covbot")
    assert (project.title, project.mode, project.contact) == ("OpenStack Nova", settings.Mode.LIVE, "QA")
    assert project.source == settings.DirectorySource(
        path=Path("/srv/builds"), job="cover", reports=("a.xml", "b/c.xml"), accept=("UNSTABLE",), unpacked_mb=3
    )
    assert project.repository.tests == ("t/{dir}/test_{name}.py",)
    assert project.tracker == settings.LocalTrackerSettings(project="bugs", tags=("testing", "a+b"))
    assert project.policy == Policy(max_open=0, close_share=1.0)
    assert project.schedule.when == dt.time(4, 30)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("1 minute", dt.timedelta(minutes=1)),
        ("6 hours", dt.timedelta(hours=6)),
        ("2days", dt.timedelta(days=2)),
        ("9999 weeks", dt.timedelta(weeks=9999)),
    ],
)
def test_a_period_is_a_number_of_a_unit(write: Callable[[str], Path], text: str, when: dt.timedelta) -> None:
    path = write(f'{SOURCE}[projects.nova.schedule]\nevery = "{text}"\n')
    assert settings.load_settings(path).projects["nova"].schedule.when == when


def test_all_errors_are_reported_at_once_each_with_its_path(write: Callable[[str], Path]) -> None:
    path = write(
        'stroe = "x"\n'
        '[projects.nova]\nmode = "observ"\n'
        '[projects.nova.source]\nkind = "directory"\nreports = ["a", 3]\nunpacked_mb = 0\n'
        '[projects.nova.policy]\nmax_open = -1\nnew_per_day = "3"\n'
        '[projects.nova.tracker]\nkind = "bugzilla"\nproject = "nova"\n'
        "[projects.Bad]\nsource = 3\n"
    )
    assert _list_errors(path) == [
        "projects.Bad: a project's name is made of a-z, 0-9, + . - and begins with a letter or digit",
        "projects.nova.mode: must be observe or live",
        "projects.nova.source.path: is missing",
        "projects.nova.source.reports[1]: must be a text of one line",
        "projects.nova.source.unpacked_mb: 'unpacked_mb' must be >= 1: 0",
        "projects.nova.tracker.kind: bugzilla is not supported by this version: must be launchpad or local",
        "projects.nova.policy.max_open: 'max_open' must be >= 0: -1",
        "projects.nova.policy.new_per_day: must be a whole number",
        "projects.Bad.source: must be a table",
        "stroe: unknown key, did you mean store?",
    ]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ("[projects.nova]\nname = 'x'", "projects.nova.name: unknown key"),
        ('[projects.nova]\ntitle = "a\\nb"', "projects.nova.title: must be a text of one line"),
        ("[projects.nova]\ntitle = 1", "projects.nova.title: must be a text of one line"),
        ("[projects.nova.tracker]\nkind = 3", "projects.nova.tracker.kind: 3 is not supported"),
        ("[projects.nova.tracker]\ntags = []", "projects.nova.tracker.kind: must be launchpad or local"),
        ("[projects.nova.tracker]\nkind = 'local'\ntags = 'ab'", "projects.nova.tracker.tags: must be a list"),
        ("[projects.nova.tracker]\nkind = 'local'\ntags = ['Api', 'x']", "projects.nova.tracker.tags: a tag is"),
        (
            "[projects.nova.tracker]\nkind = 'local'\ntags = ['low-hanging-fruit']",
            "projects.nova.tracker.tags: low-hang",
        ),
        ("[projects.nova.tracker]\nkind = 'local'\nareas.API = ['a']", "projects.nova.tracker.areas: a tag is"),
        ("[projects.nova.tracker]\nkind = 'local'\nareas.api = []", "projects.nova.tracker.areas: must name one or"),
        (
            "[projects.nova.tracker]\nkind = 'local'\nareas.api = ['../a']",
            "projects.nova.tracker.areas: must name one or",
        ),
        ("[projects.nova.tracker]\nkind = 'local'\nareas.api = 'a'", "projects.nova.tracker.areas: must be a list"),
        ("[projects.nova.tracker]\nkind = 'local'\nareas = ['a']", "projects.nova.tracker.areas: must be a table"),
        ("[projects.nova.policy]\norder = 'best'", "projects.nova.policy.order: must be easy or risk or balanced"),
        ("[projects.nova.tracker]\nkind = 'local'\ntags = ['covbot-ignore']", "projects.nova.tracker.tags: covbot-ig"),
        ("[projects.nova.tracker]\nkind = 'launchpad'", "projects.nova.tracker.credentials_file: is missing"),
        (
            "[projects.nova.tracker]\nkind = 'launchpad'\ncredentials_file = 'c'\nservice_root = 'dogfood'",
            "projects.nova.tracker.service_root: must be production, staging, qastaging or an address",
        ),
        (
            "[projects.nova.tracker]\nkind = 'launchpad'\ncredentials_file = 'c'\nservice_root = 'https://a:b@c/'",
            "projects.nova.tracker.service_root: must not hold a user or a password",
        ),
        ("[projects.nova.policy]\nmax_open = true", "projects.nova.policy.max_open: must be a whole number"),
        ("[projects.nova.policy]\nmax_open = 1.0", "projects.nova.policy.max_open: must be a whole number"),
        ("[projects.nova.policy]\nclose_share = nan", "projects.nova.policy.close_share: 'close_share' must be"),
        ("[projects.nova.policy]\nclose_share = true", "projects.nova.policy.close_share: must be a number"),
        ("[projects.nova.policy]\nclose_share = 1.1", "projects.nova.policy.close_share: 'close_share' must be"),
        ("[projects.nova.schedule]\nevery = '0 hours'", "projects.nova.schedule.every: must be a number of"),
        ("[projects.nova.schedule]\nevery = 6", "projects.nova.schedule.every: must be a number of"),
        ("[projects.nova.schedule]\nevery = '6 fortnights'", "projects.nova.schedule.every: must be a number of"),
        ("[projects.nova.schedule]\nat = '24:00'", "projects.nova.schedule.at: must be a time of day"),
        ("[projects.nova.schedule]\nat = '4:30'", "projects.nova.schedule.at: must be a time of day"),
        ("[projects.nova.schedule]\nat = '04:30'\nevery = '1 day'", "projects.nova.schedule: takes either"),
        ("[projects.nova.repository]\nbrowse = 'x'", "projects.nova.repository.browse: must begin with https://"),
        ("[projects.nova.repository]\nbrowse = 'https://x/{rev}'", "projects.nova.repository.browse: {rev} is not"),
        ("[projects.nova.repository]\nbrowse = 'https://x/{path!r}'", "projects.nova.repository.browse: {path} is"),
        ("[projects.nova.repository]\nbrowse = 'https://x/{'", "projects.nova.repository.browse: "),
        ("[projects.nova.repository]\ntests = ['{path}']", "projects.nova.repository.tests: {path} is not known"),
        ("[projects.nova.repository]\nurl = 'https://me:secret@x'", "projects.nova.repository.url: must not hold"),
        ("[projects.nova.repository]\nprefix = '../x'", "projects.nova.repository.prefix: must lie inside"),
    ],
)
def test_a_wrong_value_is_described_in_words(write: Callable[[str], Path], more: str, error: str) -> None:
    (shown,) = _list_errors(write(f"{SOURCE}{more}\n"))
    assert shown.startswith(error)
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("reports", "error"),
    [
        ("[]", "must name one or more"),
        ('["a", "a"]', "must name one or more"),
        ('["", "a"]', "must name one or more"),
        ('["/etc/passwd"]', "must lie inside"),
        ('["a/../../b"]', "must lie inside"),
    ],
)
def test_the_reports_of_a_build_are_files_inside_its_folder(
    write: Callable[[str], Path], reports: str, error: str
) -> None:
    (shown,) = _list_errors(write(f"{SOURCE}reports = {reports}\n"))
    assert shown.startswith(f"projects.nova.source.reports: {error}")


@pytest.mark.parametrize("accept", ["[]", '[""]'])
def test_some_result_must_be_accepted(write: Callable[[str], Path], accept: str) -> None:
    (shown,) = _list_errors(write(f"{SOURCE}accept = {accept}\n"))
    assert shown.startswith("projects.nova.source.accept: must hold at least one text")


@pytest.mark.parametrize(
    "store",
    ["", "sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://x", "postgresql://me:secret@db/covbot"],
)
def test_a_store_is_a_file_or_a_database_without_password(write: Callable[[str], Path], store: str) -> None:
    (shown,) = _list_errors(write(f'store = "{store}"\n{SOURCE}'))
    assert shown.startswith("store: must ")
    assert "secret" not in shown


def test_an_absolute_file_stays_where_it_is(write: Callable[[str], Path]) -> None:
    assert (
        settings.load_settings(write(f'store = "sqlite:////data/covbot.db"\n{SOURCE}')).store
        == "sqlite:////data/covbot.db"
    )


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "projects: is missing"),
        ("[projects]", "projects: must hold at least one project"),
        ("projects = 3", "projects: must be a table"),
        ("projects.nova = 3", "projects.nova: must be a table"),
        (
            "projects.nova.source.kind = 'directory'\nprojects.nova.source.path = ''",
            "projects.nova.source.path: must name",
        ),
        ("projects.Nova.source = {kind = 'directory', path = 'x'}", "projects.Nova: a project's name"),
        ("a = 1\nb = x\nc = 1", "is not TOML: Invalid value (at line 2, column 5)"),
        (f"a = {'[' * 100_000}", "holds a number that is too long, or is nested"),
        (f"a = {'9' * 5000}", "holds a number that is too long, or is nested"),
    ],
)
def test_a_file_that_holds_too_little_or_nothing_is_refused(
    write: Callable[[str], Path], text: str, error: str
) -> None:
    (shown,) = _list_errors(write(text))
    assert shown.startswith(error)


def test_own_templates_must_be_there_once_they_are_named(write: Callable[[str], Path]) -> None:
    (shown,) = _list_errors(write(f'templates = "tempaltes"\n{SOURCE}'))
    assert shown.startswith("templates: there is no such directory: ")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert _list_errors(tmp_path / "none.toml") == ["cannot be read: No such file or directory"]


def test_a_file_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "covbot.toml"
    path.write_bytes(b"a = '\xe9'")
    assert _list_errors(path) == ["is not UTF-8 (at byte 5)"]


def test_a_strange_key_is_reported_on_one_line(write: Callable[[str], Path]) -> None:
    assert _list_errors(write(f'"a\\n\\u202eb" = 1\n{SOURCE}')) == ["a\\n\\u202eb: unknown key"]


def test_the_credentials_of_launchpad_lie_beside_the_settings(write: Callable[[str], Path]) -> None:
    path = write(f"{SOURCE}[projects.nova.tracker]\nkind = 'launchpad'\ncredentials_file = 'launchpad.credentials'\n")
    tracker = settings.load_settings(path).projects["nova"].tracker
    assert isinstance(tracker, settings.LaunchpadTrackerSettings)
    assert tracker.credentials_file == path.parent / "launchpad.credentials"
    assert (tracker.project, tracker.service_root) == ("nova", "https://api.launchpad.net/")
