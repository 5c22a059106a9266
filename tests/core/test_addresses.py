"""The accounts in addresses are found however they are written, and are left out of what is shown."""

from __future__ import annotations

import pytest

from covbot.core import addresses


@pytest.mark.parametrize(
    "address",
    [
        "https://ghp_s3cret@github.com/x/y.git",
        "https://x-access-token:ghp_s3cret@github.com/x/y.git",
        "HTTPS://ghp_s3cret@github.com/x/y",
        "https://a@ghp_s3cret@github.com/x/y",
        "http://:ghp_s3cret@github.com:8080/",
        "git://ghp_s3cret@github.com/x/y",
        "https:/ghp_s3cret@github.com/x/y",
        "https:\\\\ghp_s3cret@github.com/x",
        "oauth2:ghp_s3cret@github.com/x/y",
        "ssh://git:ghp_s3cret@github.com/x/y",
        "https://git@github.com/x/y",
    ],
)
def test_an_account_is_found_in_every_kind_of_address(address: str) -> None:
    assert addresses.find_account(address) is not None


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/x/y.git",
        "https://github.com:8443/@x/y",
        "git@github.com:x/y.git",
        "ssh://covbot@review.example.org:29418/x/y",
        "git+ssh://git@github.com/x/y",
        "file:///srv/a@b.git",
        "/srv/a:b@c/d.git",
        "../mirror@home",
        "",
    ],
)
def test_an_address_without_an_account_or_with_the_user_of_ssh_alone_has_none(address: str) -> None:
    assert addresses.find_account(address) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://u:s3cret@h/a, and http://s3cret@h:1/b", "see https://h/a, and http://h:1/b"),
        ("ssh://alice@h/x but ssh://git@h/x", "ssh://h/x but ssh://git@h/x"),
        ("https://h/x?job=1&private_token=s3cret&page=2", "https://h/x?job=1&private_token=...&page=2"),
        ('{"url": "https://s3cret@h/"}', '{"url": "https://h/"}'),
        ("mail me@example.org about https://h/@x", "mail me@example.org about https://h/@x"),
    ],
)
def test_no_account_is_shown(text: str, shown: str) -> None:
    assert addresses.hide_accounts(text) == shown


@pytest.mark.parametrize("word", ["://", "a", "?token", "://@"])
def test_a_text_of_a_million_characters_is_searched_in_a_moment(word: str) -> None:
    assert addresses.hide_accounts(word * 250_000).replace("@", "") == word.replace("@", "") * 250_000
