"""A mirror fetches by safe protocols only, reveals no secret, and never prompts for a password."""

from __future__ import annotations

import fcntl
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from covbot.errors import CannotReachRepository, CannotReadRepository, CannotRunGit
from covbot.repository import commands, git, mirror

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.git_repo import Checkout


def test_a_mirror_holds_what_its_remote_does(checkout: Checkout, tmp_path: Path) -> None:
    first = checkout.commit({"a.py": "1"})
    with git.open_mirror(str(checkout.directory), cache=tmp_path / "cache") as opened:
        assert opened.obtain("main") == first
        assert opened.source(first, "a.py").text == "1"
        second = checkout.commit({"a.py": "2"})
        checkout.run_git("tag", "v2")
        opened.expire()
        assert opened.obtain("v2") == second
        assert opened.source(second, "a.py").text == "2"


def test_a_mirror_is_kept_between_runs_and_asks_for_nothing_it_has(checkout: Checkout, tmp_path: Path) -> None:
    commit = checkout.commit({"a.py": "1"})
    with git.open_mirror(f"file://{checkout.directory}", cache=tmp_path) as opened:
        opened.obtain(commit)
    checkout.directory.rename(tmp_path / "gone")
    with git.open_mirror(f"file://{checkout.directory}", cache=tmp_path) as opened:
        assert opened.obtain(commit) == commit
        with pytest.raises(CannotReachRepository):
            opened.obtain("2" * 40)


def test_a_commit_that_no_branch_holds_any_more_is_fetched_by_its_id(checkout: Checkout, tmp_path: Path) -> None:
    checkout.commit({"a.py": "1"})
    lost = checkout.commit({"a.py": "2"})
    checkout.run_git("reset", "--soft", "HEAD~1")
    checkout.run_git("config", "uploadpack.allowAnySHA1InWant", "true")
    with git.open_mirror(str(checkout.directory), cache=tmp_path / "cache") as opened:
        assert opened.obtain(lost) == lost
        with pytest.raises(CannotReadRepository):
            opened.obtain("2" * 40)
        with pytest.raises(CannotReadRepository, match="is not there"):
            opened.obtain("no-such-branch")
        with pytest.raises(CannotReadRepository, match="not the name"):
            opened.obtain("--upload-pack=x")


def test_a_branch_that_gave_way_to_a_folder_of_branches_is_followed(checkout: Checkout, tmp_path: Path) -> None:
    checkout.commit({"a.py": "1"})
    checkout.run_git("branch", "topic")
    with git.open_mirror(str(checkout.directory), cache=tmp_path / "cache") as opened:
        opened.obtain("topic")
        checkout.run_git("branch", "--delete", "topic")
        checkout.run_git("branch", "topic/one")
        opened.expire()
        assert opened.obtain("topic/one") == checkout.run_git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    "address",
    ["ext::sh -c touch% x", "fd::17", "--upload-pack=touch x", "-u", "http://example.org/x", "ftp://example.org/x",
     "https://", "ssh://-oProxyCommand=x/y", "https://exa mple.org/x", "https://example.org/x\n", "", "no/such/dir",
     "host:-x", "-oProxyCommand=x:y", "a\0b"],
)  # fmt: skip
def test_an_address_of_another_kind_is_refused(address: str, tmp_path: Path) -> None:
    with git.open_mirror(address, cache=tmp_path) as opened:
        with pytest.raises(CannotRunGit, match="is no repository"):
            opened.refresh()
        with pytest.raises(CannotRunGit, match="is no repository"):
            opened.obtain("main")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://opendev.org/openstack/nova",
        "ssh://git@example.org:2222/x.git",
        "git@example.org:x/y.git",
        "git://e.org/x",
    ],
)
def test_addresses_of_the_usual_kinds_each_have_their_own_directory(address: str, tmp_path: Path) -> None:
    one, other = mirror.make_mirror(address, cache=tmp_path), mirror.make_mirror(f"{address}2", cache=tmp_path)
    assert one.directory.parent == tmp_path
    assert one.directory != other.directory


def test_a_password_in_an_address_is_not_shown() -> None:
    remote = mirror.make_mirror("https://me:secret@localhost:1/x.git", cache=Path("cache"))
    assert remote.where == "https://localhost:1/x.git"
    assert "secret" not in str(remote.directory)
    with pytest.raises(CannotRunGit, match="no repository") as caught:
        mirror.make_mirror("http://me:secret@localhost:1/x.git", cache=Path("cache")).fetch()
    assert "secret" not in str(caught.value)


def test_a_remote_that_does_not_answer_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"git://127.0.0.1:{server.getsockname()[1]}/x"
        with pytest.raises(CannotReachRepository, match=r"did not answer within 0.5 seconds"):
            mirror.make_mirror(address, cache=tmp_path).fetch(timeout=0.5)


@pytest.mark.parametrize("protocol", ["https", "git"])
def test_a_remote_that_is_not_there_is_reported_without_its_password(protocol: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(CannotReachRepository) as caught:
        mirror.make_mirror(f"{protocol}://me:secret@127.0.0.1:{port}/x", cache=tmp_path).fetch(timeout=20)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_cache_that_cannot_be_written_is_reported(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    with pytest.raises(CannotReachRepository, match="the cache must be writable"):
        mirror.make_mirror(str(checkout.directory), cache=tmp_path / "cache").fetch()


def test_git_inherits_no_setting_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("HOME", "/home/me")
    seen = commands.make_environment()
    assert "GIT_DIR" not in seen
    assert "GIT_CONFIG_COUNT" not in seen
    assert (seen["HOME"], seen["GIT_TERMINAL_PROMPT"], seen["GIT_ALLOW_PROTOCOL"]) == ("/home/me", "0", "none")


def test_no_hook_of_a_repository_runs(checkout: Checkout, tmp_path: Path) -> None:
    commit = checkout.commit({"a.py": "1"})
    remote = mirror.make_mirror(str(checkout.directory), cache=tmp_path / "cache")
    remote.fetch()
    hook = remote.directory / "hooks" / "reference-transaction"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    checkout.run_git("branch", "other")
    remote.fetch()
    assert not (tmp_path / "ran").exists()
    with git.open_checkout(remote.directory) as repository:
        assert repository.resolve("other") == commit


def test_git_that_is_not_installed_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotRunGit, match="git is not installed"):
        commands.run_git(["--version"], where="here")


def test_an_error_of_git_is_one_line_without_control_characters() -> None:
    assert commands.find_error_line(b"warning: a\nfatal: b\x1b[31m\nhint: c\n") == "fatal: b [31m"
    assert commands.find_error_line(b"") == "git failed without a word"


def test_what_a_killed_git_left_is_removed_before_the_next_fetch(checkout: Checkout, tmp_path: Path) -> None:
    checkout.commit({"a.py": "1"})
    with git.open_mirror(str(checkout.directory), cache=tmp_path / "cache") as opened:
        opened.obtain("main")
        copy = Path(opened.directory)
        left = [
            "config.lock",
            "packed-refs.lock",
            "refs/heads/main.lock",
            "objects/pack/tmp_pack_x",
            "objects/tmp_obj_y",
        ]
        for name in left:
            (copy / name).write_text("half")
        (copy / "objects" / "tmp_objdir-incoming-z").mkdir()
        later = checkout.commit({"a.py": "2"})
        assert opened.obtain(later) == later or opened.source(later, "a.py").text == "2"
        assert [name for name in (*left, "objects/tmp_objdir-incoming-z") if (copy / name).exists()] == []


def empty_config(copy: Path, _commit: str) -> None:
    (copy / "config").write_text("[broken")


def lose_packs(copy: Path, _commit: str) -> None:
    for file in (copy / "objects").rglob("*"):
        if file.is_file():
            file.unlink()


def break_objects(copy: Path, _commit: str) -> None:
    for file in (copy / "objects").rglob("*"):
        if file.is_file():
            file.chmod(0o644)
            file.write_bytes(b"no object")


def break_branches(copy: Path, _commit: str) -> None:
    (copy / "packed-refs").write_text("nonsense\n")


def point_nowhere(copy: Path, _commit: str) -> None:
    (copy / "refs" / "heads" / "other").write_text("2" * 40 + "\n")


@pytest.mark.parametrize("damage", [empty_config, lose_packs, break_objects, break_branches, point_nowhere])
@pytest.mark.parametrize("new", [True, False])
def test_a_broken_copy_is_made_anew(
    damage: Callable[[Path, str], None], new: bool, checkout: Checkout, tmp_path: Path
) -> None:
    wanted = checkout.commit({"a.py": "text"})
    with git.open_mirror(str(checkout.directory), cache=tmp_path / "cache") as opened:
        opened.obtain(wanted)
        damage(Path(opened.directory), wanted)
    if new:
        wanted = checkout.commit({"a.py": "text", "b.py": ""})
    with git.open_mirror(str(checkout.directory), cache=tmp_path / "cache") as opened:
        assert opened.obtain(wanted) == wanted
        assert opened.source(wanted, "a.py").text == "text"
        assert sorted(path.suffix for path in (tmp_path / "cache").iterdir()) == [".git", ".lock"]


def test_a_copy_that_cannot_be_made_anew_now_is_kept(checkout: Checkout, tmp_path: Path) -> None:
    commit = checkout.commit({"a.py": "text"})
    with git.open_mirror(str(checkout.directory), cache=tmp_path / "cache") as opened:
        opened.obtain(commit)
        checkout.directory.rename(tmp_path / "away")
        with pytest.raises(CannotReachRepository, match="does not appear to be a git repository"):
            opened.obtain("2" * 40)
        assert opened.source(commit, "a.py").text == "text"


def test_a_fetch_waits_for_a_git_that_outlived_its_covbot(checkout: Checkout, tmp_path: Path) -> None:
    checkout.commit({"a.py": "text"})
    remote = mirror.make_mirror(str(checkout.directory), cache=tmp_path / "cache")
    remote.fetch()
    with remote.directory.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CannotReachRepository, match="another process has been copying it"):
            remote.fetch(timeout=0)
    remote.fetch()
