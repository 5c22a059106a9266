"""Loads `covbot.toml` into its values: every error is found, and reported with its dotted path."""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import TYPE_CHECKING, Any, assert_never

import attrs
import cattrs

from covbot.core import byte_marks, display
from covbot.errors import CannotReadSettings
from covbot.settings import structuring
from covbot.settings.sources import DirectorySource, JenkinsSource, UrlSource, ZuulSource
from covbot.settings.values import LaunchpadTrackerSettings, ProjectSettings, Settings, TrackerSettings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from covbot.settings.sources import SourceSettings

SQLITE_PREFIX = "sqlite:///"

_FIRST_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_ANY_PROJECT = {"any": {"source": {"kind": "directory", "path": "."}}}
"""The projects of settings of which only the top level counts."""


def load_settings(path: Path) -> Settings:
    """Return the settings in a file; raise CannotReadSettings with every error by its dotted path.

    Relative paths are resolved from the folder of the file; omitted names are filled in.
    """
    document = _parse_document(path)
    settings = _resolve_settings(_structure(path, document), path.absolute().parent)
    if "templates" in document and not settings.templates.is_dir():
        raise CannotReadSettings(f"{path}: templates: there is no such directory: {settings.templates}")
    return settings


def load_projects(path: Path, names: Collection[str]) -> Settings:
    """Return the settings in a file for reading: of these projects alone if any is named, and without templates.

    Raise CannotReadSettings.
    """
    document = _parse_document(path)
    document.pop("templates", None)
    projects = document.get("projects")
    if isinstance(projects, dict) and set(names).intersection(projects):
        document["projects"] = {name: table for name, table in projects.items() if name in names}
    return _resolve_settings(_structure(path, document), path.absolute().parent)


def load_store_url(path: Path) -> str:
    """Return where the store is; of the settings nothing else is read, not even whether the rest of them is TOML.

    Raise CannotReadSettings.
    """
    text = _read_text(path)
    head = text[: found.start()] if (found := _FIRST_TABLE.search(text)) else text
    document = _parse_text(path, head)
    places = {"store": document["store"]} if "store" in document else {}
    settings = _structure(path, {**places, "projects": _ANY_PROJECT})
    return _resolve_store(settings.store, path.absolute().parent)


def _structure(path: Path, document: dict[str, Any]) -> Settings:
    """Return the values of a document, whose paths are still relative."""
    try:
        return structuring.make_converter().structure(document, Settings)
    except cattrs.BaseValidationError as error:
        raise CannotReadSettings(f"{path}: {display.escape('; '.join(_describe_errors(error, '')))}") from error


def _parse_document(path: Path) -> dict[str, Any]:
    return _parse_text(path, _read_text(path))


def _read_text(path: Path) -> str:
    """Return the text of a file, with line ends as TOML knows them."""
    try:
        return byte_marks.decode_text(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise CannotReadSettings(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CannotReadSettings(f"{path}: is not {error.encoding.upper()} (at byte {error.start})") from error


def _parse_text(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CannotReadSettings(f"{path}: is not TOML: {display.escape(str(error))}") from error
    except (ValueError, RecursionError) as error:
        raise CannotReadSettings(f"{path}: holds a number that is too long, or is nested too deeply") from error


def _resolve_settings(settings: Settings, folder: Path) -> Settings:
    store = _resolve_store(settings.store, folder)
    projects = {name: _resolve_project(name, project, folder) for name, project in settings.projects.items()}
    return attrs.evolve(
        settings, store=store, templates=folder / settings.templates, cache=folder / settings.cache, projects=projects
    )


def _resolve_store(store: str, folder: Path) -> str:
    if store.startswith(SQLITE_PREFIX):
        return f"{SQLITE_PREFIX}{folder / store.removeprefix(SQLITE_PREFIX)}"
    return store


def _resolve_project(name: str, project: ProjectSettings, folder: Path) -> ProjectSettings:
    repository, tracker = project.repository, project.tracker
    return attrs.evolve(
        project,
        name=name,
        title=project.title or name,
        source=_resolve_source(name, project.source, folder),
        repository=attrs.evolve(repository, url=_resolve_address(repository.url, folder)),
        tracker=_resolve_tracker(tracker, name, folder),
    )


def _resolve_tracker(tracker: TrackerSettings, name: str, folder: Path) -> TrackerSettings:
    named = attrs.evolve(tracker, project=tracker.project or name)
    if isinstance(named, LaunchpadTrackerSettings):
        ca_file = named.ca_file and folder / named.ca_file
        return attrs.evolve(named, credentials_file=folder / named.credentials_file, ca_file=ca_file)
    return named


def _resolve_source(name: str, source: SourceSettings, folder: Path) -> SourceSettings:
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


def _resolve_address(address: str, folder: Path) -> str:
    """Return an address unchanged, and a path on this machine resolved from the folder of the settings."""
    return address if not address or ":" in address else str(folder / address)


def _describe_errors(error: BaseException, path: str) -> Iterator[str]:
    """Yield every error within an exception as `path: what is wrong`."""
    match error:
        case cattrs.ClassValidationError() | cattrs.IterableValidationError():
            with_notes, without_notes = error.group_exceptions()
            for inner, note in with_notes:
                key = note.name if isinstance(note, cattrs.AttributeValidationNote) else note.index
                yield from _describe_errors(inner, _join_path(path, key))
            for inner in without_notes:
                yield from _describe_errors(inner, path)
        case cattrs.ForbiddenExtraKeysError():
            names = [name for name, attribute in attrs.fields_dict(error.cl).items() if attribute.metadata]
            for key in sorted(error.extra_fields):
                similar = difflib.get_close_matches(key, names, n=1)
                yield f"{_join_path(path, key)}: unknown key" + (f", did you mean {similar[0]}?" if similar else "")
        case KeyError():
            yield f"{path}: is missing"
        case structuring.UnknownKind():
            yield f"{path}.kind: {error}"
        case _:
            yield f"{path}: {error}"


def _join_path(path: str, key: object) -> str:
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)
