"""The answers of the double, header by header as those of a real Jenkins 2.263.4."""

from __future__ import annotations

import gzip
import html
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from doubles.jenkins.state import Artifact

Headers = list[tuple[str, str]]
VERSION = "2.263.4"
SERVER = ("Server", "Jetty(9.4.33.v20201020)")
DATE = ("Date", "Sun, 22 Nov 2026 06:07:38 GMT")
NOSNIFF = ("X-Content-Type-Options", "nosniff")
_PAST = ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT")
_UNCACHED = ("Cache-Control", "no-cache,no-store,must-revalidate")
_HTML = ("Content-Type", "text/html;charset=utf-8")
_POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';"
_POLICIES = [(name, _POLICY) for name in ("Content-Security-Policy", "X-WebKit-CSP", "X-Content-Security-Policy")]
_COOKIE = ("Set-Cookie", "JSESSIONID=node0secretcookie.node0; Path=/; HttpOnly")
_GROUPS = (
    "JENKINS-39402: use -Dhudson.security.AccessDeniedException2.REPORT_GROUP_HEADERS=true or use /whoAmI to diagnose"
)
_BUFFER = 32 * 1024


@dataclass
class Reply:
    """An answer; a header has its length unless it is sent in chunks."""

    status: int
    reason: str
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    chunked: bool = False

    def without_body(self) -> Reply:
        """Return the answer to HEAD, the headers alone."""
        return replace(self, body=b"", headers=self.list_headers(), chunked=False)

    def list_headers(self) -> Headers:
        """Return the headers with that of the length, where Jetty puts it: before the `Server` header."""
        if self.status == 304 or any(name in {"Content-Length", "Transfer-Encoding"} for name, _value in self.headers):
            return self.headers
        length = ("Transfer-Encoding", "chunked") if self.chunked else ("Content-Length", str(len(self.body)))
        at = self.headers.index(SERVER) if SERVER in self.headers else len(self.headers)
        return [*self.headers[:at], length, *self.headers[at:]]


def _make_identity_headers(session: str) -> Headers:
    return [("X-Jenkins", VERSION), ("X-Jenkins-Session", session)]


def show_json(body: bytes, session: str) -> Reply:
    """Return an answer in JSON."""
    kind = ("Content-Type", "application/json;charset=utf-8")
    frame = ("X-Frame-Options", "deny")
    return Reply(200, "OK", [DATE, NOSNIFF, *_make_identity_headers(session), frame, kind, SERVER], body)


def show_error(status: int, reason: str, message: str, path: str, *extra: tuple[str, str]) -> Reply:
    """Return an error page of Jetty."""
    rows = f"""<tr><th>URI:</th><td>{html.escape(path)}</td></tr>
<tr><th>STATUS:</th><td>{status}</td></tr>
<tr><th>MESSAGE:</th><td>{html.escape(message)}</td></tr>
<tr><th>SERVLET:</th><td>Stapler</td></tr>"""
    body = f"""<html>
<head>
<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
<title>Error {status} {html.escape(message)}</title>
</head>
<body><h2>HTTP ERROR {status} {html.escape(message)}</h2>
<table>
{rows}
</table>
<hr><a href="https://eclipse.org/jetty">Powered by Jetty:// 9.4.33.v20201020</a><hr/>

</body>
</html>
"""
    headers: Headers = [] if status == 400 else [NOSNIFF]
    headers += [*extra, ("Cache-Control", "must-revalidate,no-cache,no-store")]
    return Reply(status, reason, [*headers, ("Content-Type", "text/html;charset=iso-8859-1"), SERVER], body.encode())


def show_unauthorized(message: str, path: str) -> Reply:
    """Return 401, for a wrong or malformed password or token."""
    return show_error(401, "Unauthorized", message, path, ("WWW-Authenticate", 'Basic realm="Jenkins"'))


def _make_permission_headers(user: str, permission: str) -> Headers:
    implied = ["hudson.security.Permission.GenericRead", "hudson.model.Hudson.Administer"]
    return [
        ("X-You-Are-Authenticated-As", user),
        ("X-You-Are-In-Group-Disabled", _GROUPS),
        ("X-Required-Permission", permission),
        *(("X-Permission-Implied-By", name) for name in implied),
    ]


def show_forbidden_anonymous(path: str, session: str) -> Reply:
    """Return 403 for a request without credentials, a page that redirects browsers to the login."""
    to = f"/login?from={quote(path, safe='')}"
    permission = "hudson.model.Hudson.Read"
    body = f"""<html><head><meta http-equiv='refresh' content='1;url={to}'/>\
<script>window.location.replace('{to}');</script></head><body style='background-color:white; color:white;'>


Authentication required
<!--
You are authenticated as: anonymous
Groups that you are in:
{"  "}
Permission you need to have (but didn't): {permission}
 ... which is implied by: hudson.security.Permission.GenericRead
 ... which is implied by: hudson.model.Hudson.Administer
-->

</body></html>"""
    headers = [DATE, NOSNIFF, _COOKIE, _PAST, _HTML, ("X-Hudson", "1.395"), *_make_identity_headers(session)]
    return Reply(
        403,
        "Forbidden",
        [*headers, *_make_permission_headers("anonymous", permission), SERVER],
        body.encode(),
        chunked=True,
    )


def _make_page(title: str, session: str, *extra: tuple[str, str]) -> tuple[Headers, bytes]:
    headers = [DATE, NOSNIFF, *extra, _HTML, _PAST, _UNCACHED, ("X-Hudson-Theme", "default")]
    headers += [("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"), _COOKIE]
    headers += [("X-Hudson", "1.395"), *_make_identity_headers(session), ("X-Frame-Options", "sameorigin")]
    body = f'\n\n  \n  <!DOCTYPE html><html class=""><head><title>{title}</title></head><body>{title}</body></html>'
    return [*headers, ("X-Instance-Identity", "<instance key>"), SERVER], body.encode()


def show_forbidden(user: str, session: str, *, permission: str | None) -> Reply:
    """Return 403 for a known user; without a permission, as for a job that the user may only discover."""
    headers, body = _make_page("Jenkins", session, *(_make_permission_headers(user, permission) if permission else ()))
    return Reply(403, "Forbidden", headers, body)


def show_page(title: str, session: str) -> Reply:
    """Return a page for browsers: a folder of files, or the login."""
    headers, body = _make_page(title, session)
    return Reply(200, "OK", headers, body)


def show_fault(message: str, session: str) -> Reply:
    """Return 500, the page for a fault of the server or of the requested `tree`."""
    frame = ("X-Frame-Options", "deny")
    headers = [DATE, NOSNIFF, *_make_identity_headers(session), frame, ("X-Hudson-Theme", "default")]
    headers += [
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("X-Hudson", "1.395"),
    ]
    headers += [
        ("X-Frame-Options", "sameorigin"),
        _UNCACHED,
        _HTML,
        ("Expires", "0"),
        ("X-Frame-Options", "sameorigin"),
    ]
    body = f"<html><head><title>Oops</title></head><body>{html.escape(message)}</body></html>".encode()
    return Reply(500, "Server Error", [*headers, ("X-Instance-Identity", "<instance key>"), SERVER], body)


def show_starting(words: str = "getting ready to work") -> Reply:
    """Return 503, while Jenkins starts or restarts."""
    body = f'\n    \n    \n    <!DOCTYPE html><html lang="en"><head><title>Starting Jenkins</title></head><body><h1>\n\
                            Please wait while Jenkins is {words}\n</h1></body></html>'
    headers = [DATE, NOSNIFF, ("Expires", "0"), _UNCACHED, _HTML, SERVER]
    return Reply(503, "Service Unavailable", headers, body.encode())


def show_redirect(location: str) -> Reply:
    """Return 302."""
    return Reply(302, "Found", [DATE, NOSNIFF, ("Location", location), SERVER])


def show_file(artifact: Artifact, *, accepts_gzip: bool, since: str | None, wanted: str | None) -> Reply:
    """Return an archived file, 304 if it is not modified, a part of it, or 500 for a part beyond its end."""
    times = [("Last-Modified", artifact.modified), ("Expires", artifact.modified), ("Accept-Ranges", "bytes")]
    kind = ("Content-Type", "application/xml")
    start = [DATE, NOSNIFF, *_POLICIES]
    if since == artifact.modified:
        return Reply(304, "Not Modified", [*start, SERVER])
    if wanted and wanted.removeprefix("bytes=").partition("-")[0].isdecimal() and "," not in wanted:
        return _show_part(artifact, wanted, [*start, *times], accepts_gzip=accepts_gzip)
    if not accepts_gzip:
        return Reply(200, "OK", [*start, *times, kind, SERVER], artifact.content)
    packed = ("Content-Encoding", "gzip")
    big = len(artifact.content) > _BUFFER
    body = gzip.compress(artifact.content)
    return Reply(200, "OK", [*start, *times, kind, packed, SERVER], body, chunked=big)


def _show_part(artifact: Artifact, wanted: str, start: Headers, *, accepts_gzip: bool) -> Reply:
    first, _dash, last = wanted.removeprefix("bytes=").partition("-")
    size = len(artifact.content)
    stop = min(int(last or size), size - 1)
    part = ("Content-Range", f"bytes {first}-{stop}/{size}")
    if int(first) >= size:
        beyond = [_PAST if pair[0] == "Expires" else pair for pair in start]
        return Reply(500, "Server Error", [*beyond, _HTML, part, _UNCACHED, SERVER], b"<html></html>")
    body, kind = artifact.content[int(first) : stop + 1], ("Content-Type", "application/xml")
    if accepts_gzip:
        packed = ("Content-Encoding", "gzip")
        return Reply(206, "Partial Content", [*start, kind, packed, part, SERVER], gzip.compress(body))
    return Reply(206, "Partial Content", [*start, kind, part, SERVER], body)
