"""Downloads of coverage files: what else is in the place of one is distinguished from a server that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.errors import BadArtifact, CannotFetch, CannotFetchNow, FetchRefused, TooLarge
from covbot.sources.http import responses

if TYPE_CHECKING:
    from covbot.sources.http.responses import HttpResponse
    from covbot.sources.http.session import HttpSession, Limits


def request_file(session: HttpSession, url: str, limits: Limits) -> HttpResponse:
    """Return the response with a coverage file, without a body if there is none.

    Raise BadArtifact if a web page, a refusal or another lasting error is in its place, else as `HttpSession.get` does.
    """
    try:
        response = session.get(url, seconds=limits.download, size=limits.report)
        if response.body is not None:
            responses.reject_web_page(response)
    except (CannotFetchNow, FetchRefused, TooLarge):
        raise
    except CannotFetch as error:
        raise BadArtifact(str(error)) from error
    return response
