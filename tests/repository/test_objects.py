"""Objects are read by id through one process, even if that process ends early."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from covbot.errors import CannotReachRepository, CannotReadRepository
from covbot.repository.objects import Objects

if TYPE_CHECKING:
    from support.git_repo import Checkout


@pytest.mark.parametrize("content", [b"", b"\n", b"no end", b"a\0b\r\n" * 100000])
def test_content_is_read_byte_by_byte(checkout: Checkout, content: bytes) -> None:
    blob = checkout.run_git("hash-object", "-w", "--stdin", stdin=content)
    with Objects(git_dir=str(checkout.directory / ".git"), where="here") as objects:
        assert [objects.read(blob), objects.read(blob)] == [content, content]


def test_an_unknown_object_does_not_disturb_the_next(checkout: Checkout) -> None:
    blob = checkout.run_git("hash-object", "-w", "--stdin", stdin=b"x")
    with Objects(git_dir=str(checkout.directory / ".git"), where="here") as objects:
        with pytest.raises(CannotReadRepository, match="is not there"):
            objects.read("1" * 40)
        assert objects.read(blob) == b"x"


@pytest.mark.parametrize("name", ["HEAD", "HEAD:a.py", "1" * 39, "1" * 40 + "\n", ""])
def test_only_an_id_is_asked_for(checkout: Checkout, name: str) -> None:
    with Objects(git_dir=str(checkout.directory), where="here") as objects, pytest.raises(CannotReadRepository):
        objects.read(name)


def test_a_directory_that_is_no_repository_is_reported(checkout: Checkout) -> None:
    with (
        Objects(git_dir=str(checkout.directory / "nowhere"), where="here") as objects,
        pytest.raises(CannotReachRepository, match="ended early"),
    ):
        objects.read("1" * 40)


def test_a_damaged_object_is_reported(checkout: Checkout) -> None:
    """Half of its file is missing: git ends in the middle of the content."""
    noise = (hashlib.sha256(number.to_bytes(4)).digest() for number in range(2**16))
    blob = checkout.run_git("hash-object", "-w", "--stdin", stdin=b"".join(noise))
    file = checkout.directory / ".git" / "objects" / blob[:2] / blob[2:]
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[: 2**20])
    with (
        Objects(git_dir=str(checkout.directory / ".git"), where="here") as objects,
        pytest.raises(CannotReachRepository, match="ended early"),
    ):
        objects.read(blob)
