"""Settings that bugs show hold no account: it is refused with the place for a secret, which is not repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from covbot import settings
from covbot.errors import CannotReadSettings

if TYPE_CHECKING:
    from pathlib import Path

PLACE = "git finds the account of a host in ~/.netrc"


def load_settings(folder: Path, *, top: str = "", project: str = "", table: str = "") -> settings.Settings:
    path = folder / "covbot.toml"
    source = '[projects.p.source]\nkind = "directory"\npath = "builds"\n'
    path.write_text(f"{top}\n[projects.p]\n{project}\n{source}{table}\n", encoding="utf-8")
    return settings.load_settings(path)


@pytest.mark.parametrize("key", ["url", "browse"])
@pytest.mark.parametrize(
    "address",
    [
        "https://ghp_s3cret@h/x/y.git",
        "https://user:s3cret@h/x/y.git",
        "https://oauth2:s3cret@h:8443/x",
        "http://h/x?private_token=s3cret",
        "https://h/x?a=1&access_token=s3cret",
    ],
)
def test_an_address_with_an_account_or_a_token_is_refused(tmp_path: Path, key: str, address: str) -> None:
    with pytest.raises(CannotReadSettings, match=rf"projects\.p\.repository\.{key}: must not hold") as caught:
        load_settings(tmp_path, table=f'[projects.p.repository]\n{key} = "{address}"')
    assert PLACE in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["git://s3cret@h/x", "ssh://git:s3cret@h/x", "user:s3cret@h/x/y.git", "HTTPS://s3cret@h/x"]
)
def test_so_is_a_repository_by_another_protocol(tmp_path: Path, address: str) -> None:
    with pytest.raises(CannotReadSettings, match="must not hold a user, a token or a password") as caught:
        load_settings(tmp_path, table=f'[projects.p.repository]\nurl = "{address}"')
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("address", ["git@h:x/y.git", "ssh://covbot@h:29418/x", "https://h/x", "/srv/a@b.git"])
def test_an_address_without_a_secret_is_taken(tmp_path: Path, address: str) -> None:
    loaded = load_settings(tmp_path, table=f'[projects.p.repository]\nurl = "{address}"')
    assert loaded.projects["p"].repository.url == address


@pytest.mark.parametrize(
    ("project", "table"),
    [
        ('contact = "https://me:s3cret@h/"', ""),
        ('title = "P at https://s3cret@h"', ""),
        ("", '[projects.p.repository]\nrun = ["git clone https://s3cret@h/x"]'),
        ("", '[projects.p.repository]\nsee = ["curl https://h/x?token=s3cret"]'),
        ("", '[projects.p.tracker]\nkind = "launchpad"\nservice_root = "https://s3cret@h/"\ncredentials_file = "c"'),
    ],
)
def test_nor_does_any_other_text_hold_one(tmp_path: Path, project: str, table: str) -> None:
    with pytest.raises(CannotReadSettings, match="must not hold") as caught:
        load_settings(tmp_path, project=project, table=table)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("query", ["password=s3cret", "sslmode=require&password=s3cret"])
def test_a_store_holds_no_password_in_its_query(tmp_path: Path, query: str) -> None:
    with pytest.raises(CannotReadSettings, match="PGPASSFILE") as caught:
        load_settings(tmp_path, top=f'store = "postgresql+psycopg://covbot@h/d?{query}"')
    assert "s3cret" not in str(caught.value)
