"""The authorisation of covbot by a person: a request token, the address to decide at, and the access token."""

from __future__ import annotations

import http
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httplib2
from launchpadlib import credentials as keys  # type: ignore[import-untyped]  # launchpadlib carries no types
from launchpadlib import uris

from covbot import errors
from covbot.trackers.launchpad import certificates
from covbot.trackers.launchpad.access import CONSUMER_NAME, find_service_root

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FAILURES = (httplib2.HttpLib2Error, http.client.HTTPException, OSError, LookupError, ValueError)


def request_access(root: str, ca_file: Path | None = None) -> tuple[str, Callable[[], bytes | None]]:
    """Return a URL where a person can authorise covbot, and a call that polls for the credentials file's bytes.

    The call returns None as long as nobody decided, and raises CannotUseTracker if the person declined.
    """
    web_root = uris.web_root_for_service_root(find_service_root(root))
    status, content = _post_form(web_root, "+request-token", ca_file, {"oauth_signature": "&"})
    try:
        token = keys.AccessToken.from_string(content)
    except _FAILURES:
        token = None
    if status != http.HTTPStatus.OK or token is None:
        raise errors.CannotUseTracker(f"{web_root} gave no request token: is it Launchpad, and in reach?")

    def poll_credentials() -> bytes | None:
        proof = {"oauth_token": token.key, "oauth_signature": f"&{token.secret}"}
        status, content = _post_form(web_root, "+access-token", ca_file, proof)
        if status == http.HTTPStatus.UNAUTHORIZED:
            return None
        if status != http.HTTPStatus.OK:
            raise errors.CannotUseTracker(f"{web_root}: access was declined, or the request is too old")
        credentials = keys.Credentials(CONSUMER_NAME, access_token=keys.AccessToken.from_string(content))
        return bytes(credentials.serialize())

    return f"{web_root}+authorize-token?oauth_token={token.key}&allow_permission=WRITE_PUBLIC", poll_credentials


def _post_form(web_root: str, page: str, ca_file: Path | None, fields: dict[str, str]) -> tuple[int, bytes]:
    """Send a form to a page of the web site, once, and to no other address; CannotUseTracker if it is not in reach."""
    form = {"oauth_consumer_key": CONSUMER_NAME, "oauth_signature_method": "PLAINTEXT", **fields}
    headers = {"Referer": web_root, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        with certificates.find_bundle(web_root, ca_file) as bundle:
            connection = httplib2.Http(ca_certs=bundle)
            connection.follow_redirects = False
            response, content = connection.request(web_root + page, "POST", urlencode(form), headers)
    except _FAILURES as error:
        untrusted = certificates.explain_distrust(error, web_root)
        raise errors.CannotUseTracker(untrusted or f"{web_root} cannot be reached to ask for access") from None
    return int(response.status), content
