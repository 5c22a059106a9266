"""The token of a user of Jenkins: where `covbot check` finds it, and when it does not use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doubles.jenkins import pulls

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.jenkins.server import Double


@pytest.mark.parametrize(
    ("mode", "content", "words"),
    [
        (0o644, "s3cr3t-t0ken", "everybody on this machine can read the token; chmod o-rwx makes it covbot's alone"),
        (0o600, "", "holds no token, which is one line and nothing else; whoever keeps covbot.toml (token_file)"),
        (0o600, "s3cr3t-t0ken\nand more", "holds no token, which is one line and nothing else"),
        (0o600, "s3cr3t-t0ken" * 999, "holds no token, which is one line and nothing else"),
        (None, "", "the token cannot be read: No such file or directory"),
    ],
)
def test_a_token_that_is_none_or_that_everybody_can_read_is_not_used(
    double: Double, tmp_path: Path, mode: int | None, content: str, words: str
) -> None:
    folder = pulls.create_folder(tmp_path, double)
    (tmp_path / "token").write_text(content)
    if mode is None:
        (tmp_path / "token").unlink()
    else:
        (tmp_path / "token").chmod(mode)
    result = folder.invoke("check")
    assert words in result.out
    assert "s3cr3t" not in result.out + result.err
    assert double.seen == []


def test_a_token_comes_from_the_environment_where_no_file_is_named(
    double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulls.archive_build(double.job())
    folder = pulls.create_folder(tmp_path, double)
    settings = (tmp_path / "covbot.toml").read_text().replace('token_file = "token"\n', "")
    (tmp_path / "covbot.toml").write_text(settings)
    assert "user 'reader' has no token: whoever keeps covbot.toml names its file" in folder.invoke("check").out
    monkeypatch.setenv("COVBOT_JENKINS_TOKEN", " s3cr3t-t0ken\n")
    assert "measures 2 files, 6 statements, 2 of them missing" in folder.invoke("check").out
