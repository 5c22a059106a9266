"""Make a folder for covbot, with a project whose builds are on the double, and archive builds there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from doubles.jenkins import state
from doubles.jenkins.sources import TOKEN
from support import pictures
from support.cli_folder import Folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from doubles.jenkins.server import Double

FILES = {"pkg/a.py": "..xx", "pkg/b.py": ".."}


def create_folder(path: Path, double: Double, **more: str) -> Folder:
    """Write settings of one project whose source is the double, with the token in a private file; return the folder."""
    token = path / "token"
    token.write_text(f"{TOKEN}\n")
    token.chmod(0o600)
    keys = {"job": '"widget-cover"', "user": '"reader"', "token_file": '"token"', **more}
    source = "".join(f"{key} = {value}\n" for key, value in keys.items())
    (path / "covbot.toml").write_text(
        f'[projects.widget]\nmode = "live"\n[projects.widget.source]\nkind = "jenkins"\nurl = "{double.url}"\n{source}'
    )
    return Folder(path)


def archive_build(
    job: state.Job, pictured: Mapping[str, str] = FILES, *, result: str = "SUCCESS", age: timedelta = timedelta(hours=9)
) -> state.Build:
    """Add a build with a report, which started `age` ago plus one minute for each build number."""
    build = job.add_build(result)
    started_at = datetime.now(UTC) - age + timedelta(minutes=build.number)
    build.timestamp = int(started_at.timestamp() * 1000)
    build.files["coverage.xml"] = state.Artifact(pictures.make_xml(pictured), started_at + timedelta(seconds=30))
    return build
