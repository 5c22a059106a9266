"""Converts the values of TOML to those of the settings: strictly, so that nothing is guessed."""

import datetime as dt
import enum
import functools
import operator
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
import cattrs
from cattrs import gen

from covbot.core.policy import Order, Policy
from covbot.settings import checks, sources, values

_MINUTES_OF_UNIT = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}


class UnknownKind(Exception):
    """The `kind` of a table is unknown; the text names the known ones."""


def make_converter() -> cattrs.Converter:
    """Return a converter for `values.Settings`, which raises cattrs' errors around a ValueError or UnknownKind."""
    converter = cattrs.Converter(forbid_extra_keys=True)
    readers: Mapping[object, Callable[[object, object], object]] = {
        str: _read_text,
        int: _read_int,
        float: _read_float,
        Path: _read_path,
        values.Mode: functools.partial(_read_choice, values.Mode),
        Order: functools.partial(_read_choice, Order),
        dt.timedelta: _read_period,
        dt.time | None: _read_time,
        Path | None: _read_path,
        tuple[str, ...]: functools.partial(_read_texts, converter),
        values.Areas: functools.partial(_read_areas, converter),
        Mapping[str, values.ProjectSettings]: functools.partial(_read_projects, converter),
    }
    for kind, reader in readers.items():
        if isinstance(kind, type):
            converter.register_structure_hook(kind, reader)
        else:
            converter.register_structure_hook_func(functools.partial(operator.eq, kind), reader)
    kinds = (*sources.SOURCES.values(), *values.TRACKERS.values())
    for cls in (*kinds, values.RepositorySettings, Policy, values.Schedule, values.ProjectSettings, values.Settings):
        converter.register_structure_hook(cls, _make_reader(converter, cls))
    return converter


def _make_reader(converter: cattrs.Converter, cls: type[attrs.AttrsInstance]) -> Callable[[object, object], object]:
    """Return a reader of one table: each key is converted and checked by itself, so that all errors are found."""
    overrides: dict[str, Any] = {
        field.name: gen.override(struct_hook=functools.partial(_read_field, converter, field))
        if "help" in field.metadata
        else gen.override(omit=True)
        for field in attrs.fields(attrs.resolve_types(cls))
    }
    structure = gen.make_dict_structure_fn(cls, converter, **overrides)

    def read_table(value: object, _: object) -> object:
        table = _read_table(value)
        if cls is values.Schedule and {"every", "at"} <= table.keys():
            raise ValueError("takes either every or at, not both")
        if "token_file" in table and "user" not in table:
            raise ValueError("token_file is the token of a user: user says whose")
        return structure(table, cls)

    return read_table


def _read_field(converter: cattrs.Converter, field: "attrs.Attribute[Any]", value: object, _: object) -> object:
    kinds = field.metadata.get("kinds")
    cls: Any = _choose_class(kinds, _read_table(value)) if kinds else field.type
    result = converter.structure(value, cls)
    if field.validator:
        field.validator(None, field, result)
    return result


def _choose_class(kinds: Mapping[str, type], table: Mapping[str, object]) -> type:
    kind, known = table.get("kind"), " or ".join(sorted(kinds))
    if kind is None:
        raise UnknownKind(f"must be {known}")
    if not isinstance(kind, str) or kind not in kinds:
        raise UnknownKind(f"{kind} is not supported by this version: must be {known}")
    return kinds[kind]


def _read_table(value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    raise ValueError("must be a table")


def _read_projects(converter: cattrs.Converter, value: object, _: object) -> Mapping[str, values.ProjectSettings]:
    table = _read_table(value)
    errors = [error for error in map(_find_name_error, table) if error]
    try:
        projects = converter.structure(table, dict[str, values.ProjectSettings])
    except cattrs.IterableValidationError as error:
        raise cattrs.IterableValidationError("projects", [*errors, *error.exceptions], dict) from error
    if errors:
        raise cattrs.IterableValidationError("projects", errors, dict)
    return projects


def _find_name_error(name: str) -> ValueError | None:
    try:
        checks.check_project_name(name)
    except ValueError as error:
        error.add_note(cattrs.IterableValidationNote("the name of a project", name, str))
        return error
    return None


def _read_text(value: object, _: object) -> str:
    if isinstance(value, str) and value.isprintable():
        return value
    raise ValueError("must be a text of one line")


def _read_texts(converter: cattrs.Converter, value: object, _: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(converter.structure(value, list[str]))
    raise ValueError("must be a list of texts")


def _read_areas(converter: cattrs.Converter, value: object, _: object) -> values.Areas:
    return {tag: _read_texts(converter, patterns, tuple) for tag, patterns in _read_table(value).items()}


def _read_int(value: object, _: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("must be a whole number")


def _read_float(value: object, _: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ValueError("must be a number")


def _read_path(value: object, _: object) -> Path:
    text = _read_text(value, str)
    if text:
        return Path(text).expanduser()
    raise ValueError("must name a file or a directory")


def _read_choice(choices: type[enum.StrEnum], value: object, _: object) -> enum.StrEnum:
    try:
        return choices(str(value))
    except ValueError:
        raise ValueError(f"must be {' or '.join(choices)}") from None


def _read_period(value: object, _: object) -> dt.timedelta:
    found = re.fullmatch(r"([1-9][0-9]{0,3}) ?(minute|hour|day|week)s?", str(value))
    if found:
        return dt.timedelta(minutes=int(found[1]) * _MINUTES_OF_UNIT[found[2]])
    raise ValueError("must be a number of minutes, hours, days or weeks, such as 6 hours")


def _read_time(value: object, _: object) -> dt.time:
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", str(value))
    if found:
        return dt.time(int(found[1]), int(found[2]))
    raise ValueError("must be a time of day, such as 04:30")
