"""The accounts within addresses, which are never shown: what stands before the `@` of a URL may be a token."""

from __future__ import annotations

import re

HARMLESS_USER = "git"
"""The user that hosts of repositories give everybody: an address is of no use without it."""

_USERINFO = re.compile(r"(?<=://)([^/?#\s\"'<>]*)@")
_SECRET_PARAMETER = re.compile(
    r"([?&;][\w.-]{0,40}(?:token|secret|passw(?:or)?d|signature|authorization|api_?key)[\w.-]{0,40}=)[^&;#\s\"'<>]+",
    re.IGNORECASE,
)


def hide_accounts(text: str) -> str:
    """Return a text whose addresses have neither users nor passwords, and no value of a parameter named as a secret."""
    if "://" not in text:
        return text
    return _SECRET_PARAMETER.sub(r"\1...", _USERINFO.sub(_keep_harmless, text))


def _keep_harmless(found: re.Match[str]) -> str:
    return found[0] if found[1] == HARMLESS_USER else ""


def find_account(address: str) -> str | None:
    """Return the user, with the password, that one address or path has; None if it has none or the path is local.

    The user in `user@host:path`, which is no secret, counts as none; so does that of an ssh address.
    """
    scheme, colon, rest = address.partition(":")
    if not colon or scheme.lower() == "file" or "/" in scheme or "@" in scheme:
        return None
    account = re.split(r"[/\\?#]", rest.lstrip("/\\"), maxsplit=1)[0].rpartition("@")[0]
    if not account or ("ssh" in scheme.lower() and ":" not in account):
        return None
    return account


def has_secret_parameter(text: str) -> bool:
    """Whether an address in a text has a parameter that is named as a secret."""
    return _SECRET_PARAMETER.search(text) is not None
