"""Law 21: while a part of what was asked for is away nothing is written, and once it is back nothing differs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from doubles.launchpad.server import Double
from support import cli_folder, pictures, trackers
from support.cli_folder import Folder
from support.git_repo import Checkout
from support.launchpad import launchpad_folder
from support.world import split_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETTINGS = f"""
cache = "cache"
templates = "words"
{cli_folder.SETTINGS}
reports = ["coverage.xml"]
[projects.pictured.repository]
url = "repo"
prefix = "pkg"
[projects.pictured.policy]
edit_days = 0
comment_days = 0
new_per_day = 99
{launchpad_folder.TRACKER_SETTINGS}
"""
F = ".|def f(x):\n{}|    y = one(x)\n{}|    z = two(y)\n{}|    return three(z)"
G = ".|def g(x):\n{}|    y = four(x)\n{}|    return five(y)"
H = ".|def h(x):\n{}|    y = six(x)\n{}|    return seven(y)"
STORY = [
    {"a.py": F.format(*"xxx"), "b.py": G.format(*"xx")},
    {"a.py": F.format(*"xxx"), "b.py": G.format(*"xx")},
    {"a.py": F.format(*".xx"), "b.py": G.format(*"xx"), "c.py": H.format(*"xx")},
    {"a.py": F.format(*".xx"), "b.py": G.format(*"xx"), "c.py": H.format(*"xx")},
    {"a.py": F.format(*"..."), "d.py": G.format(*"xx"), "c.py": H.format(*"xx")},
    {"a.py": F.format(*"..."), "d.py": G.format(*"xx"), "c.py": H.format(*"..")},
    {"a.py": F.format(*"..."), "d.py": G.format(*"xx"), "c.py": H.format(*"..")},
]
"""The pages of the builds: bugs are filed, edited and closed, and one follows its renamed file."""


@frozen
class Scene:
    """A folder of covbot, the double of Launchpad, and the repository that the builds measure."""

    folder: Folder
    double: Double
    checkout: Checkout

    def add_build(self, number: int) -> None:
        """Commit the pages of a build, and put it into the folder of the source, which may be elsewhere now."""
        drawn = {name: split_page(page) for name, page in STORY[number - 1].items()}
        away = self.folder.path / "repo.away"
        here = away if away.exists() else self.checkout.directory
        commit = Checkout(directory=here).commit({f"pkg/{name}": str(text) for name, (text, _) in drawn.items()})
        builds = self.folder.path / "builds"
        folder = (builds if builds.exists() else self.folder.path / "builds.away") / str(number)
        folder.mkdir()
        (folder / "coverage.xml").write_bytes(pictures.make_xml({name: marks for name, (_, marks) in drawn.items()}))
        facts = {"number": number, "started_at": f"2026-03-{number:02}T10:00:00Z", "result": "SUCCESS"}
        (folder / "build.json").write_text(json.dumps({**facts, "revision": commit}))

    def list_bugs(self) -> list[tuple[object, ...]]:
        """Return all that people see of each bug."""
        return [
            (number, bug.title, [message.text for message in bug.messages], bug.tasks[0].status, sorted(bug.tags))
            for number, bug in sorted(self.double.world.bugs.items())
        ]

    def move(self, name: str, *, away: bool) -> None:
        """Move something in the folder away, or back."""
        here, there = self.folder.path / name, self.folder.path / f"{name}.away"
        (here if away else there).rename(there if away else here)

    def replace(self, old: str, new: str, *, away: bool) -> None:
        """Write something else in the settings, or what was there before."""
        path = self.folder.path / "covbot.toml"
        path.write_text(path.read_text().replace(*((old, new) if away else (new, old))))


def _empty_repository(scene: Scene, *, away: bool) -> None:
    repository = scene.checkout.directory
    if away:
        scene.move("repo", away=True)
        repository.mkdir()
    else:
        repository.rmdir()
        scene.move("repo", away=False)


def _break_template(scene: Scene, *, away: bool) -> None:
    text = "{% if" if away else "{{ path }}: {{ lines }}"
    (scene.folder.path / "words" / "description.txt").write_text(text)


def _revoke_token(scene: Scene, *, away: bool) -> None:
    """Let Launchpad know no token, or one again, which somebody logs in for."""
    if away:
        scene.double.service.tokens.clear()
    else:
        scene.double.write_credentials(scene.folder.path / "credentials", trackers.ACCOUNT)


PARTS: dict[str, Callable[..., None]] = {
    "repository": lambda scene, away: scene.move("repo", away=away),
    "builds": lambda scene, away: scene.move("builds", away=away),
    "credentials": lambda scene, away: scene.move("credentials", away=away),
    "prefix": lambda scene, away: scene.replace('prefix = "pkg"', 'prefix = "lib"', away=away),
    "reports": lambda scene, away: scene.replace('["coverage.xml"]', '["other.xml"]', away=away),
    "empty repository": lambda scene, away: _empty_repository(scene, away=away),
    "template": lambda scene, away: _break_template(scene, away=away),
    "token": lambda scene, away: _revoke_token(scene, away=away),
}


def play(path: Path, part: str | None, first: int, last: int) -> list[tuple[object, ...]]:
    """Play the story; a part is away from before build `first` until build `last` was looked at. Return the bugs.

    Without a part, no pass is made in that time.
    """
    path.mkdir()
    (path / "builds").mkdir()
    (path / "words").mkdir()
    (path / "words" / "description.txt").write_text("{{ path }}: {{ lines }}")
    with Double() as double:
        trackers.add_project_and_people(double)
        double.write_credentials(path / "credentials", trackers.ACCOUNT)
        (path / "covbot.toml").write_text(SETTINGS.replace("{root}", double.root))
        scene = Scene(Folder(path), double, Checkout(directory=path / "repo").create())
        for number in range(1, len(STORY) + 1):
            if part and number == first:
                PARTS[part](scene, away=True)
            scene.add_build(number)
            before = scene.list_bugs()
            if not first <= number <= last:
                assert scene.folder.invoke("run").code == 0
            elif part:
                scene.folder.invoke("run")
                assert scene.list_bugs() == before, f"written while the {part} was away"
            if part and number == last:
                PARTS[part](scene, away=False)
        assert scene.folder.invoke("run").code == 0
        return scene.list_bugs()


@pytest.mark.parametrize(
    "part", ["repository", *(pytest.param(part, marks=pytest.mark.heavy) for part in PARTS if part != "repository")]
)
def test_law_21_what_is_away_is_missed_and_nothing_differs_afterwards(part: str, tmp_path: Path) -> None:
    assert play(tmp_path / "disturbed", part, 3, 5) == play(tmp_path / "quiet", None, 3, 5)


@pytest.mark.heavy
@settings(max_examples=settings().max_examples // 4)  # each plays two stories of seven passes, in seconds
@given(part=st.sampled_from(sorted(PARTS)), first=st.integers(1, len(STORY)), length=st.integers(0, 3))
def test_law_21_whatever_is_away_whenever(
    part: str, first: int, length: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path, last = tmp_path_factory.mktemp("parts"), min(first + length, len(STORY))
    assert play(path / "disturbed", part, first, last) == play(path / "quiet", None, first, last)
