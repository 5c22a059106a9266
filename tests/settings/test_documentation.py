"""`docs/settings.md` documents the meaning and the default of every key, and of nothing else."""

from __future__ import annotations

import json
import re
from enum import Enum
from pathlib import Path

import attrs
import pytest

from covbot import settings
from covbot.core.policy import Policy
from covbot.texts import fields, writer

TEXT = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
TABLES = {
    "The top level": settings.Settings,
    "[projects.NAME]": settings.ProjectSettings,
    '[projects.NAME.source], kind = "directory"': settings.DirectorySource,
    '[projects.NAME.source], kind = "jenkins"': settings.JenkinsSource,
    '[projects.NAME.source], kind = "zuul"': settings.ZuulSource,
    '[projects.NAME.source], kind = "url"': settings.UrlSource,
    "[projects.NAME.repository]": settings.RepositorySettings,
    '[projects.NAME.tracker], kind = "local"': settings.LocalTrackerSettings,
    '[projects.NAME.tracker], kind = "launchpad"': settings.LaunchpadTrackerSettings,
    "[projects.NAME.policy]": Policy,
    "[projects.NAME.schedule]": settings.Schedule,
}


def _read_table(heading: str) -> list[list[str]]:
    section = TEXT.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def _show_default(field: attrs.Attribute[object]) -> str:
    if "default" in field.metadata:
        return str(field.metadata["default"])
    match field.default:
        case attrs.NOTHING:
            return "must be given"
        case "":
            return ""
        case Enum(value=text):
            return f"`{json.dumps(text)}`"
        case Path() as path:
            return f"`{json.dumps(str(path))}`"
        case default if attrs.has(type(default)):
            return "its own defaults"
        case default:
            return f"`{json.dumps(default)}`"


@pytest.mark.parametrize(("heading", "cls"), TABLES.items())
def test_every_key_is_documented_as_its_class_has_it(heading: str, cls: type[attrs.AttrsInstance]) -> None:
    keys = [field for field in attrs.fields(cls) if "help" in field.metadata]
    assert _read_table(heading) == [[f"`{key.name}`", key.metadata["help"], _show_default(key)] for key in keys]


def test_every_table_is_documented_and_no_other() -> None:
    headings = re.findall(r"^## (The top level|\[.*)$", TEXT, re.MULTILINE)
    assert headings == list(TABLES)


def test_every_kind_is_documented() -> None:
    kinds = [*settings.SOURCES.values(), *settings.TRACKERS.values()]
    assert set(kinds) <= set(TABLES.values())


def test_every_name_that_a_template_can_use_is_documented() -> None:
    names = [[f"`{field.name}`", field.metadata["help"]] for field in attrs.fields(fields.TemplateFields)]
    assert _read_table("Names in templates") == names


def test_every_template_is_documented() -> None:
    assert [row[0] for row in _read_table("Templates")] == [f"`{name}`" for name in writer.TEMPLATES]


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL))
def test_every_example_can_be_loaded(tmp_path: Path, example: str) -> None:
    path = tmp_path / "covbot.toml"
    path.write_text(example, encoding="utf-8")
    assert settings.load_settings(path).projects
