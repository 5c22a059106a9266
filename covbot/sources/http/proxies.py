"""The proxy for an address, by the environment variables that other programs heed as well."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

import httpx2
from attrs import frozen

from covbot.errors import CannotFetch

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMES = ("http", "https", "socks5", "socks5h")
"""The kinds of proxies that covbot can use."""

_EXCEPTIONS = ("no_proxy", "NO_PROXY")


@frozen(kw_only=True)
class ProxyAddress:
    """A proxy, and the variable that names it; its representation has no account in it."""

    variable: str
    url: httpx2.URL

    @property
    def shown_url(self) -> str:
        """The address without its user and password."""
        return str(self.url.copy_with(userinfo=None, path="/")).rstrip("/")

    def __repr__(self) -> str:
        return f"{self.variable} ({self.shown_url})"

    def describe_remedy(self, host: str) -> str:
        """Return who can fix a proxy that does not work, and how."""
        return f"whoever sets {self.variable} corrects or unsets it, or adds {host} to NO_PROXY"


def find_proxy(address: httpx2.URL, environment: Mapping[str, str]) -> ProxyAddress | None:
    """Return the proxy for an address, None if it is requested directly; CannotFetch if a variable holds no proxy."""
    names = (f"{address.scheme}_proxy", f"{address.scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY")
    found = next(((name, environment[name].strip()) for name in names if environment.get(name, "").strip()), None)
    if found is None or _is_excepted(address, environment):
        return None
    return _parse_proxy(*found, address.host)


def _is_excepted(address: httpx2.URL, environment: Mapping[str, str]) -> bool:
    text = next((environment[name] for name in _EXCEPTIONS if environment.get(name, "").strip()), "")
    port = address.port or {"http": 80, "https": 443}.get(address.scheme)
    return any(_matches(entry, address.host.lower().rstrip("."), port) for entry in re.split(r"[,\s]+", text) if entry)


def _matches(entry: str, host: str, port: int | None) -> bool:
    """Whether an entry of NO_PROXY names a host: as a name, a domain, an address, a network or `*`."""
    if entry == "*":
        return True
    named = re.fullmatch(r"(.*?[^:]|\[.*\])(?::([0-9]+))?", entry.lower())
    if named is None:
        return False
    if named[2] and int(named[2]) != port:
        return False
    name = named[1].strip("[]").removeprefix("*").lstrip(".").rstrip(".")
    try:
        return ipaddress.ip_address(host.strip("[]")) in ipaddress.ip_network(name, strict=False)
    except ValueError:
        return bool(name) and (host == name or host.endswith(f".{name}"))


def _parse_proxy(variable: str, value: str, host: str) -> ProxyAddress:
    advice = f"whoever sets {variable} writes http://HOST:PORT or socks5://HOST:PORT, or adds {host} to NO_PROXY"
    try:
        url = httpx2.URL(value if "://" in value else f"http://{value}")
    except httpx2.InvalidURL as error:
        raise CannotFetch(f"the variable {variable} holds no address of a proxy; {advice}") from error
    if not url.host:
        raise CannotFetch(f"the variable {variable} holds no address of a proxy; {advice}")
    if url.scheme not in SCHEMES:
        kind = "".join(char for char in url.scheme if char.isprintable())[:20]
        raise CannotFetch(
            f"the variable {variable} names a proxy of a kind that covbot cannot use, {kind}://; {advice}"
        )
    return ProxyAddress(variable=variable, url=url)
