"""Make a git repository of released Nova sources in var/nova/repository, one commit and one tag for each release.

The source packages come from the package index through pip; the same releases give the same commits.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = ROOT / "var" / "nova" / "repository"
RELEASES = {"33.0.0": "2026-04-01", "33.0.2": "2026-07-15", "34.0.0.0rc1": "2026-09-18", "34.0.0": "2026-09-30"}
PATIENCE = 300
"""Seconds after which a download is given up."""


def git(folder: Path, *words: str, date: str = "2026-01-01") -> None:
    """Run git with a fixed name and date, and no settings of the person who runs it."""
    names = {f"GIT_{role}_NAME": "releases" for role in ("AUTHOR", "COMMITTER")}
    mails = {f"GIT_{role}_EMAIL": "releases@example.org" for role in ("AUTHOR", "COMMITTER")}
    dates = {f"GIT_{role}_DATE": f"{date}T12:00:00+0000" for role in ("AUTHOR", "COMMITTER")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    environment = {**os.environ, **names, **mails, **dates, **alone}
    command = [shutil.which("git") or "git", "-C", str(folder), *words]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def unpack(release: str, folder: Path) -> Path:
    """Fetch the source package of a release, and unpack it: the folder of its `nova` package."""
    wanted = ["--no-deps", "--no-binary", ":all:", "--dest", str(folder), f"nova=={release}"]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", *wanted], check=True, timeout=PATIENCE, capture_output=True
    )
    with tarfile.open(next(folder.glob("nova-*.tar.gz"))) as packed:
        packed.extraction_filter = getattr(tarfile, "data_filter", None)  # which Python 3.11 has from 3.11.4 on
        packed.extractall(folder)  # noqa: S202 -- filtered, where this Python can
    return next(path for path in folder.glob("nova-*/nova") if path.is_dir())


def commit(repository: Path, release: str, date: str) -> None:
    """Commit and tag the sources of one release."""
    with tempfile.TemporaryDirectory() as temporary:
        shutil.rmtree(repository / "nova", ignore_errors=True)
        shutil.copytree(unpack(release, Path(temporary)), repository / "nova", symlinks=True)
    git(repository, "add", "--all", "--force")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", f"Nova {release}", date=date)
    git(repository, "tag", release)


def build() -> bool:
    """Make the repository unless it is there, whole or not at all; False if it cannot be had."""
    if REPOSITORY.exists():
        return True
    half = REPOSITORY.with_name("repository.half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    try:
        git(half, "init", "--quiet", "--initial-branch=master")
        for release, date in RELEASES.items():
            print(f"fetching the sources of Nova {release}", flush=True)
            commit(half, release, date)
    except (subprocess.SubprocessError, OSError, tarfile.TarError, StopIteration):
        shutil.rmtree(half, ignore_errors=True)
        return False
    half.rename(REPOSITORY)
    return True


if __name__ == "__main__":
    sys.exit(0 if build() else 1)
