"""Make a git repository of the sources of Nova releases in var/nova/repository, with a commit and a tag for each.

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
DOWNLOAD_TIMEOUT = 300
"""Seconds after which a download is abandoned."""


def run_git(folder: Path, *words: str, date: str = "2026-01-01") -> None:
    """Run git with a fixed name and date, and without settings of the user."""
    names = {f"GIT_{role}_NAME": "releases" for role in ("AUTHOR", "COMMITTER")}
    mails = {f"GIT_{role}_EMAIL": "releases@example.org" for role in ("AUTHOR", "COMMITTER")}
    dates = {f"GIT_{role}_DATE": f"{date}T12:00:00+0000" for role in ("AUTHOR", "COMMITTER")}
    isolation = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    environment = {**os.environ, **names, **mails, **dates, **isolation}
    command = [shutil.which("git") or "git", "-C", str(folder), *words]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def download_release(release: str, folder: Path) -> Path:
    """Download and unpack the source package of a release; return the folder of its `nova` package."""
    options = ["--no-deps", "--no-binary", ":all:", "--dest", str(folder), f"nova=={release}"]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", *options],
        check=True,
        timeout=DOWNLOAD_TIMEOUT,
        capture_output=True,
    )
    with tarfile.open(next(folder.glob("nova-*.tar.gz"))) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # which Python 3.11 has from 3.11.4 on
        archive.extractall(folder)  # noqa: S202 -- filtered, where this Python can
    return next(path for path in folder.glob("nova-*/nova") if path.is_dir())


def commit_release(repository: Path, release: str, date: str) -> None:
    """Commit and tag the sources of one release."""
    with tempfile.TemporaryDirectory() as temporary:
        shutil.rmtree(repository / "nova", ignore_errors=True)
        shutil.copytree(download_release(release, Path(temporary)), repository / "nova", symlinks=True)
    run_git(repository, "add", "--all", "--force")
    run_git(repository, "commit", "--quiet", "--allow-empty", "--message", f"Nova {release}", date=date)
    run_git(repository, "tag", release)


def build_repository() -> bool:
    """Make the repository unless it exists, whole or not at all; return False if a download fails."""
    if REPOSITORY.exists():
        return True
    partial = REPOSITORY.with_name("repository.half")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        run_git(partial, "init", "--quiet", "--initial-branch=master")
        for release, date in RELEASES.items():
            print(f"fetching the sources of Nova {release}", flush=True)
            commit_release(partial, release, date)
    except (subprocess.SubprocessError, OSError, tarfile.TarError, StopIteration):
        shutil.rmtree(partial, ignore_errors=True)
        return False
    partial.rename(REPOSITORY)
    return True


if __name__ == "__main__":
    sys.exit(0 if build_repository() else 1)
