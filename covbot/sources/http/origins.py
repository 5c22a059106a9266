"""The origins of addresses, to one of which credentials are shown, and the redirects that covbot follows."""

from __future__ import annotations

from typing import TypeAlias

import httpx2

from covbot.errors import CannotFetch

PORTS = {"http": 80, "https": 443}
"""The schemes that covbot requests, with their ports."""

ADMIN = "whoever runs the server"
"""The person who can fix a server."""

Origin: TypeAlias = tuple[str, str, int | None]
"""Scheme, host and port."""


def parse_origin(address: httpx2.URL) -> Origin:
    """Return the origin of an address."""
    return address.scheme, address.host, address.port or PORTS.get(address.scheme)


def resolve_redirect(target: httpx2.URL, location: str, shown_url: str) -> httpx2.URL:
    """Return the address that a redirect leads to; raise CannotFetch for one that covbot does not follow."""
    try:
        address = target.join(location)
    except httpx2.InvalidURL as error:
        raise CannotFetch(f"{shown_url}: redirects to what is no address; {ADMIN}") from error
    if not location or address.scheme not in PORTS or not address.host:
        raise CannotFetch(f"{shown_url}: redirects to something other than http and https, refused; {ADMIN}")
    if target.scheme == "https" and address.scheme == "http":
        raise CannotFetch(f"{shown_url}: redirects from https to http, refused; {ADMIN}")
    if address.userinfo:
        raise CannotFetch(f"{shown_url}: redirects to an address with a password in it, refused; {ADMIN}")
    return address
