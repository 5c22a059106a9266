"""The tests run the installed wheel, which is complete with its templates and migrations."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from importlib import metadata, resources
from pathlib import Path

import covbot

ROOT = Path(__file__).parents[2]
COVBOT = Path(sysconfig.get_path("scripts")) / "covbot"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def _list_files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith(".")
    }


def _list_package() -> set[str]:
    """Return the files that the wheel must contain, by their names in it."""
    return {f"covbot/{name}" for name in _list_files(ROOT / "covbot")} | {
        f"covbot/templates/{name}" for name in _list_files(ROOT / "templates")
    }


def test_the_covbot_under_test_is_the_installed_wheel() -> None:
    assert Path(covbot.__file__).parent == Path(sysconfig.get_path("purelib")) / "covbot"


def test_the_installed_package_is_that_of_this_checkout() -> None:
    installed = Path(sysconfig.get_path("purelib"))
    here = {name: ROOT / name.replace("covbot/templates/", "templates/") for name in _list_package()}
    assert {name for name, path in here.items() if (installed / name).read_bytes() != path.read_bytes()} == set()


def test_every_template_is_in_the_installed_package() -> None:
    shipped = resources.files("covbot") / "templates"
    assert {name for name in _list_files(ROOT / "templates") if not shipped.joinpath(name).is_file()} == set()


def test_the_version_is_the_one_of_pyproject() -> None:
    assert metadata.version("covbot") == VERSION


def test_covbot_prints_its_version_from_any_directory(tmp_path: Path) -> None:
    printed = subprocess.run([COVBOT, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert printed.stdout.split()[-1] == VERSION


def test_the_command_line_loads_no_heavy_library_before_a_command_needs_it() -> None:
    heavy = {"alembic", "jinja2", "launchpadlib", "rich.table", "sqlalchemy", "starlette", "uvicorn"}
    code = "import sys, covbot.cli.main; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert heavy & set(loaded.stdout.split()) == set()


def _build_distribution(source: Path, target: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=source, capture_output=True, check=True)
    (built,) = folder.glob("covbot-*")
    return built


def test_the_source_distribution_builds_the_complete_wheel(tmp_path: Path) -> None:
    with tarfile.open(_build_distribution(ROOT, "sdist", tmp_path / "sdist")) as sdist:
        sdist.extraction_filter = getattr(tarfile, "data_filter", None)  # which Python 3.11 has from 3.11.4 on
        sdist.extractall(tmp_path)  # noqa: S202 -- filtered, if this Python can
    with zipfile.ZipFile(_build_distribution(tmp_path / f"covbot-{VERSION}", "wheel", tmp_path / "wheel")) as wheel:
        assert {name for name in wheel.namelist() if ".dist-info/" not in name} == _list_package()
