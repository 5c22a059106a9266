"""Take four real builds of OpenStack Nova through covbot, two and then two more, and show what came of them."""

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


def deliver(*names: str) -> bool:
    """Make builds visible where covbot looks for them, each whole or not at all; False if all of them were there."""
    BUILDS.mkdir(parents=True, exist_ok=True)
    fresh = [name for name in names if not (BUILDS / name).exists()]
    for name in fresh:
        half = BUILDS.with_name(f"{name}.half")
        shutil.copytree(HERE / "builds" / name, half, dirs_exist_ok=True)
        half.rename(BUILDS / name)
    return bool(fresh)


def say(text: str) -> None:
    """Print a heading between what covbot prints itself."""
    print(f"\n== {text}\n", flush=True)


def covbot(*words: str) -> None:
    """Run covbot as a person would, and show the command; leave with its exit code if it fails."""
    print(f"$ covbot {shlex.join(words)}", flush=True)
    code = subprocess.run([COVBOT, *words], check=False).returncode
    if code:
        sys.exit(code)


def pick_task() -> dict[str, Any] | None:
    """The task that is first on the volunteers' list and has a bug, as `covbot tasks` tells it; None without any."""
    told = subprocess.run([COVBOT, "tasks", "--format", "json"], check=True, stdout=subprocess.PIPE, text=True)
    return next((task for task in map(json.loads, told.stdout.splitlines()) if task["bug"]), None)


def run_stages() -> None:
    """One pass for each pair of builds that were not there yet; one all the same if all of them were."""
    taken = False
    for names, heading in STAGES.items():
        if deliver(*names):
            say(f"Nova {' and '.join(names)}: {heading}")
            covbot("run")
            taken = True
    if not taken:
        say("All four builds were delivered before")
        covbot("run")


def main() -> None:
    """Run the passes and show what they came to."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader such as `head` may leave early
    os.chdir(ROOT)
    os.environ["COVBOT_SETTINGS"] = str(SETTINGS)
    if subprocess.run([sys.executable, HERE / "sources.py"], check=False).returncode:
        say("Without the sources of Nova, which could not be fetched: whole modules are compared, not functions")
    run_stages()
    say("What was seen, and what there is now")
    covbot("builds")
    covbot("bugs")
    task = pick_task()
    if task is None:
        return
    say("One of these bugs, as a volunteer reads it")
    covbot("bugs", "show", str(task["bug"]))
    after, before = (BUILDS.relative_to(ROOT) / name / "coverage.xml.xz" for name in (NEWEST, OLDEST))
    words = {"settings": SETTINGS, "covbot": os.path.relpath(COVBOT), "path": task["path"], "bug": task["bug"]}
    print(NEXT.format(**words, after=after, before=before))


if __name__ == "__main__":
    main()
