"""The certificates of authorities that are trusted: the system's or those of SSL_CERT_FILE, and those of `ca_file`."""

from __future__ import annotations

import contextlib
import os
import ssl
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lazr.restfulclient import _browser  # type: ignore[import-untyped]  # launchpadlib's foundation carries no types

from covbot import errors

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def find_bundle(root: str, ca_file: Path | None) -> Iterator[str]:
    """Yield the path of a file with all certificates that are trusted; raise CannotUseTracker if one has none.

    A server whose root is not at https shows no certificate: the files are not read for it.
    """
    system = os.environ.get("SSL_CERT_FILE") or str(_browser.SYSTEM_CA_CERTS)
    if not root.startswith("https:"):
        yield system
        return
    if "SSL_CERT_FILE" in os.environ:
        _check_bundle(system, "SSL_CERT_FILE in the environment of covbot")
    if ca_file is None:
        yield system
        return
    _check_bundle(str(ca_file), "whoever keeps covbot.toml (ca_file)")
    with tempfile.TemporaryDirectory(prefix="covbot-launchpad-") as folder:
        bundle = Path(folder) / "bundle.pem"
        bundle.write_bytes(Path(system).read_bytes() + b"\n" + ca_file.read_bytes())
        yield str(bundle)


def _check_bundle(path: str, owner: str) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError as error:
        reason = error.strerror or "no certificate in it"
        raise errors.CannotUseTracker(f"{path}: {reason}; {owner}") from None


def explain_distrust(error: BaseException, address: str) -> str | None:
    """Return who can help if a connection failed by the certificate of the server, None if it failed otherwise."""
    if not isinstance(error, ssl.SSLError):
        return None
    reason = getattr(error, "verify_message", "") or error.reason or "the TLS handshake failed"
    return (
        f"{address}: its certificate is not accepted ({reason}): whoever keeps covbot.toml names the authority's"
        " certificate by ca_file, or SSL_CERT_FILE does"
    )
