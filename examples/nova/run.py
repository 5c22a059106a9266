"""Run covbot on four real builds of OpenStack Nova, two and then two more, and show the results."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILDS = ROOT / "var" / "nova" / "builds"
SETTINGS = (HERE / "covbot.toml").relative_to(ROOT)
COVBOT = Path(sys.executable).with_name("covbot")
STAGES = {
    ("33.0.0", "33.0.2"): "what no test runs becomes bugs",
    ("34.0.0.0rc1", "34.0.0"): "the bugs follow the code",
}
OLDEST, NEWEST = "33.0.0", "34.0.0"

NEXT = """
From here on (everything lies in var/nova; rm -r var/nova begins anew):

  export COVBOT_SETTINGS={settings}
  {covbot} tasks --easy                      # what a volunteer can pick
  {covbot} why {path}
  {covbot} bugs set-status {bug} "Won't Fix"    # play a person: it is never filed again
  {covbot} plan                              # what the next run would do
  {covbot} report {after} \\
      --against {before}
"""


def deliver_builds(*names: str) -> bool:
    """Copy builds to where covbot reads them, each whole or not at all; return False if all of them were there."""
    BUILDS.mkdir(parents=True, exist_ok=True)
    fresh = [name for name in names if not (BUILDS / name).exists()]
    for name in fresh:
        partial = BUILDS.with_name(f"{name}.half")
        shutil.copytree(HERE / "builds" / name, partial, dirs_exist_ok=True)
        partial.rename(BUILDS / name)
    return bool(fresh)


def print_heading(text: str) -> None:
    """Print a heading between the outputs of covbot."""
    print(f"\n== {text}\n", flush=True)


def run_covbot(*words: str) -> None:
    """Print a command of covbot and run it; exit with its exit code if it fails."""
    print(f"$ covbot {shlex.join(words)}", flush=True)
    code = subprocess.run([COVBOT, *words], check=False).returncode
    if code:
        sys.exit(code)


def pick_task() -> dict[str, Any] | None:
    """Return the first task with a bug as `covbot tasks` lists it, or None without any."""
    process = subprocess.run([COVBOT, "tasks", "--format", "json"], check=True, stdout=subprocess.PIPE, text=True)
    return next((task for task in map(json.loads, process.stdout.splitlines()) if task["bug"]), None)


def run_stages() -> None:
    """Run a pass for each pair of builds that were not there yet, and one pass if all of them were."""
    ran = False
    for names, heading in STAGES.items():
        if deliver_builds(*names):
            print_heading(f"Nova {' and '.join(names)}: {heading}")
            run_covbot("run")
            ran = True
    if not ran:
        print_heading("All four builds were delivered before")
        run_covbot("run")


def main() -> None:
    """Run the passes, and show their results."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader such as `head` may leave early
    os.chdir(ROOT)
    os.environ["COVBOT_SETTINGS"] = str(SETTINGS)
    if subprocess.run([sys.executable, HERE / "sources.py"], check=False).returncode:
        print_heading(
            "Without the sources of Nova, which could not be fetched: whole modules are compared, not functions"
        )
    run_stages()
    print_heading("What was seen, and what there is now")
    run_covbot("builds")
    run_covbot("bugs")
    task = pick_task()
    if task is None:
        return
    print_heading("One of these bugs, as a volunteer reads it")
    run_covbot("bugs", "show", str(task["bug"]))
    after, before = (BUILDS.relative_to(ROOT) / name / "coverage.xml.xz" for name in (NEWEST, OLDEST))
    words = {"settings": SETTINGS, "covbot": os.path.relpath(COVBOT), "path": task["path"], "bug": task["bug"]}
    print(NEXT.format(**words, after=after, before=before))


if __name__ == "__main__":
    main()
