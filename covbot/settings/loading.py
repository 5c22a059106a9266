"""From the text of `covbot.toml` to its values: each fault is found, and told with its dotted path."""

from __future__ import annotations

import difflib
import tomllib
from typing import TYPE_CHECKING, Any, assert_never

import attrs
import cattrs

from covbot.core import display
from covbot.errors import CannotReadSettings
from covbot.settings import structuring
from covbot.settings.sources import DirectorySource, JenkinsSource, UrlSource, ZuulSource
from covbot.settings.values import LaunchpadTracker, ProjectSettings, Settings, Tracker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from covbot.settings.sources import SourceSettings

SQLITE = "sqlite:///"


def load_settings(path: Path) -> Settings:
    """The settings in a file; CannotReadSettings names every fault by its dotted path.

    Relative paths are taken from the folder of the file; names that are left out are filled in.
    """
    document = _parse(path)
    try:
        settings = structuring.make_converter().structure(document, Settings)
    except cattrs.BaseValidationError as error:
        raise CannotReadSettings(f"{path}: {display.escape('; '.join(_tell(error, '')))}") from error
    settings = _settle(settings, path.absolute().parent)
    if "templates" in document and not settings.templates.is_dir():
        raise CannotReadSettings(f"{path}: templates: there is no such directory: {settings.templates}")
    return settings


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CannotReadSettings(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CannotReadSettings(f"{path}: is not UTF-8 (at byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise CannotReadSettings(f"{path}: is not TOML: {display.escape(str(error))}") from error
    except (ValueError, RecursionError) as error:
        raise CannotReadSettings(f"{path}: holds a number that is too long, or is nested too deeply") from error


def _settle(settings: Settings, folder: Path) -> Settings:
    store = settings.store
    if store.startswith(SQLITE):
        store = f"{SQLITE}{folder / store.removeprefix(SQLITE)}"
    projects = {name: _settle_project(name, project, folder) for name, project in settings.projects.items()}
    return attrs.evolve(
        settings, store=store, templates=folder / settings.templates, cache=folder / settings.cache, projects=projects
    )


def _settle_project(name: str, project: ProjectSettings, folder: Path) -> ProjectSettings:
    repository, tracker = project.repository, project.tracker
    return attrs.evolve(
        project,
        name=name,
        title=project.title or name,
        source=_settle_source(name, project.source, folder),
        repository=attrs.evolve(repository, url=_settle_address(repository.url, folder)),
        tracker=_settle_tracker(tracker, name, folder),
    )


def _settle_tracker(tracker: Tracker, name: str, folder: Path) -> Tracker:
    named = attrs.evolve(tracker, project=tracker.project or name)
    if isinstance(named, LaunchpadTracker):
        return attrs.evolve(named, credentials_file=folder / named.credentials_file)
    return named


def _settle_source(name: str, source: SourceSettings, folder: Path) -> SourceSettings:
    match source:
        case DirectorySource():
            return attrs.evolve(source, path=folder / source.path, job=source.job or name)
        case JenkinsSource():
            token_file = source.token_file and folder / source.token_file
            return attrs.evolve(source, token_file=token_file, ca_file=source.ca_file and folder / source.ca_file)
        case ZuulSource():
            return attrs.evolve(source, ca_file=source.ca_file and folder / source.ca_file)
        case UrlSource():
            token_file, ca_file = (path and folder / path for path in (source.token_file, source.ca_file))
            return attrs.evolve(source, job=source.job or name, token_file=token_file, ca_file=ca_file)
        case _:
            assert_never(source)


def _settle_address(address: str, folder: Path) -> str:
    """An address as it is; a path of this machine from the folder of the settings."""
    return address if not address or ":" in address else str(folder / address)


def _tell(error: BaseException, path: str) -> Iterator[str]:
    """Every fault below an error as `path: what is wrong`."""
    match error:
        case cattrs.ClassValidationError() | cattrs.IterableValidationError():
            noted, bare = error.group_exceptions()
            for inner, note in noted:
                place = note.name if isinstance(note, cattrs.AttributeValidationNote) else note.index
                yield from _tell(inner, _join(path, place))
            for inner in bare:
                yield from _tell(inner, path)
        case cattrs.ForbiddenExtraKeysError():
            names = [name for name, attribute in attrs.fields_dict(error.cl).items() if attribute.metadata]
            for key in sorted(error.extra_fields):
                near = difflib.get_close_matches(key, names, n=1)
                yield f"{_join(path, key)}: unknown key" + (f", did you mean {near[0]}?" if near else "")
        case KeyError():
            yield f"{path}: is missing"
        case structuring.WrongKind():
            yield f"{path}.kind: {error}"
        case _:
            yield f"{path}: {error}"


def _join(path: str, place: object) -> str:
    if isinstance(place, int):
        return f"{path}[{place}]"
    return f"{path}.{place}" if path else str(place)
