"""The proxy for an address is the one that the environment names for it, in every spelling."""

from __future__ import annotations

import contextlib
import http.server
import socket
import threading
from typing import TYPE_CHECKING

import httpx2
import pytest

from covbot.errors import CannotFetch, CannotFetchNow
from covbot.sources.http.proxies import find_proxy
from doubles.jenkins.sources import make_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from doubles.jenkins.server import Double


@pytest.mark.parametrize(
    ("environment", "variable", "shown"),
    [
        ({"http_proxy": "http://p:3128"}, "http_proxy", "http://p:3128"),
        ({"HTTP_PROXY": "p:3128"}, "HTTP_PROXY", "http://p:3128"),
        ({"ALL_PROXY": " socks5://p:1080/ "}, "ALL_PROXY", "socks5://p:1080"),
        ({"all_proxy": "socks5h://u:s3cret@p:1080"}, "all_proxy", "socks5h://p:1080"),
        ({"http_proxy": "", "ALL_PROXY": "https://p"}, "ALL_PROXY", "https://p"),
        ({"http_proxy": "http://first", "HTTP_PROXY": "http://second"}, "http_proxy", "http://first"),
        ({"http_proxy": "http://p", "no_proxy": "example.com, 10.0.0.0/8"}, "http_proxy", "http://p"),
        ({"http_proxy": "http://p", "NO_PROXY": "ci.example.org:8080"}, "http_proxy", "http://p"),
    ],
)
def test_a_proxy_is_named_by_its_variable_without_its_account(
    environment: dict[str, str], variable: str, shown: str
) -> None:
    found = find_proxy(httpx2.URL("http://ci.example.org/job"), environment)
    assert found is not None
    assert (found.variable, found.shown_url) == (variable, shown)
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    ("address", "exceptions"),
    [
        ("http://ci.example.org/", "*"),
        ("http://ci.example.org/", "other, ci.example.org"),
        ("http://CI.example.org/", ".example.org"),
        ("http://ci.example.org/", "*.example.org"),
        ("http://ci.example.org/", "example.org"),
        ("http://ci.example.org:8080/", "ci.example.org:8080"),
        ("http://10.1.2.3/", "10.0.0.0/8"),
        ("http://127.0.0.1:18765/", "127.0.0.1"),
        ("http://[::1]/", "[::1]"),
        ("http://[::1]/", "::1"),
    ],
)
def test_what_no_proxy_names_is_requested_directly_whatever_the_proxy_is(address: str, exceptions: str) -> None:
    environment = {"http_proxy": "gopher://nonsense", "no_proxy": exceptions}
    assert find_proxy(httpx2.URL(address), environment) is None


@pytest.mark.parametrize("exceptions", ["ample.org", "ci.example.org:80", "10.1.0.0/16", "::::", "[", ":80"])
def test_what_no_proxy_does_not_name_goes_by_the_proxy(exceptions: str) -> None:
    environment = {"http_proxy": "http://p", "no_proxy": exceptions}
    assert find_proxy(httpx2.URL("http://ci.example.org:8080/"), environment) is not None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("socks://127.0.0.1:7890/", "a proxy of a kind that covbot cannot use, socks://"),
        ("socks4://127.0.0.1:9", "a proxy of a kind that covbot cannot use, socks4://"),
        ("http://", "holds no address of a proxy"),
        ("http://[::1", "holds no address of a proxy"),
        ("http://u:s3cret@p:port", "holds no address of a proxy"),
        ("://", "holds no address of a proxy"),
    ],
)
def test_a_variable_that_holds_no_usable_proxy_is_named_with_what_to_write(value: str, words: str) -> None:
    with pytest.raises(CannotFetch, match="the variable ALL_PROXY") as caught:
        find_proxy(httpx2.URL("https://ci.example.org/"), {"ALL_PROXY": value})
    assert words in str(caught.value)
    assert "whoever sets ALL_PROXY writes http://HOST:PORT or socks5://HOST:PORT" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("value", ["socks5://u:s3cret@127.0.0.1:9", "http://127.0.0.1:9", "127.0.0.1:9"])
def test_a_proxy_that_cannot_be_reached_is_no_outage_of_the_source(
    double: Double, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    with pytest.raises(CannotFetch, match=r"no connection by the proxy of ALL_PROXY \(\S+127.0.0.1:9\)") as caught:
        make_source(double).builds()
    assert not isinstance(caught.value, CannotFetchNow)
    assert "or adds 127.0.0.1 to NO_PROXY" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.fixture
def web_server() -> Iterator[int]:
    """Yield the port of a server that answers whatever it is sent with an error of HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _address = listener.accept()
                    with connection:
                        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_server_that_speaks_another_protocol_than_socks_is_named(
    double: Double, web_server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("all_proxy", f"socks5://127.0.0.1:{web_server}")
    with pytest.raises(CannotFetch, match="no connection by the proxy of all_proxy"):
        make_source(double).builds()


class _Proxy(http.server.BaseHTTPRequestHandler):
    """A proxy that wants an account."""

    def do_GET(self) -> None:
        self.send_response(407)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_CONNECT(self) -> None:
        self.do_GET()

    def log_message(self, *_arguments: object) -> None:
        """Log nothing."""


@pytest.fixture
def guarded_proxy() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Proxy) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_proxy_that_wants_an_account_is_named(
    double: Double, guarded_proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", guarded_proxy)
    with pytest.raises(CannotFetch, match=r"no connection by the proxy of http_proxy \(.*\): 407, it wants a user"):
        make_source(double).builds()
    assert double.seen == []


def test_a_request_goes_by_an_http_proxy_with_the_account_of_the_proxy(
    double: Double, store: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    double.job().add_build()
    monkeypatch.setenv("http_proxy", store.origin.replace("://", "://u:p@"))
    with pytest.raises(CannotFetch):
        make_source(double).builds()
    assert double.seen == []
    assert [seen.headers["Proxy-Authorization"] for seen in store.seen][:1] == ["Basic dTpw"]


def test_a_source_that_no_proxy_names_is_read_whatever_the_proxy_is(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    double.job().add_build()
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    assert len(make_source(double).builds()) == 1
