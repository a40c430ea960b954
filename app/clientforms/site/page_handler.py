"""Django's own request handler, for requests that are made in the page."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from django.core import signals
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponseBase
from django.utils.html import format_html

from clientforms.site.cookie_jar import CookieJar
from clientforms.site.site_words import word

__all__ = ["HOST", "Answer", "PageHandler", "PageRequest"]

HOST = "localhost"
"""The host that Django is told, because a page from a disk has none."""

ORIGIN = f"http://{HOST}"

_PLAIN_ERROR = b"<h1>Server Error (500)</h1>"
"""In the page that Django shows if a project has no 500.html (django/views/defaults.py)."""

_MOST_REDIRECTS = 20  # as in browsers (fetch standard, "HTTP-redirect fetch", step 7)
_KEPT_METHOD = (307, 308)
_REDIRECTS = (301, 302, 303, *_KEPT_METHOD)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for `path`, which begins with a slash and may have a query.

    A fragment at its end is not sent; the answer has it.
    """

    path: str
    method: str = "GET"
    body: bytes = b""
    content_type: str = ""
    headers: Sequence[tuple[str, str]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response that was read to its end."""

    path: str  # of the last request, after redirects
    status: int
    reason: str
    headers: list[tuple[str, str]]
    content: bytes
    method: str  # of the last request
    anchor: str = ""  # the fragment of what was asked for, or of a redirect
    external: str = ""  # the URL of a redirect that leads out of the site

    def header(self, name: str) -> str:
        """Return a header's value, empty if it is missing."""
        return next((value for own, value in self.headers if own.lower() == name.lower()), "")

    @property
    def content_type(self) -> str:
        """The type without parameters, in lower case."""
        return self.header("Content-Type").partition(";")[0].strip().lower()

    def text(self) -> str:
        """Return the content, decoded as its type says."""
        _, _, charset = self.header("Content-Type").partition("charset=")
        return self.content.decode(charset.strip(' "').partition(";")[0] or "utf-8", "replace")


class PageHandler(BaseHandler):
    """Responds to `PageRequest`s with the project's middleware and the views of `urlconf`, a module's name.

    `cookies` is the browser's jar.
    """

    def __init__(self, cookies: CookieJar, urlconf: str) -> None:
        super().__init__()
        self.cookies = cookies
        self._urlconf = urlconf
        self.load_middleware()

    async def follow(self, request: PageRequest) -> Answer:
        """Return the answer to a request after all redirects within the site."""
        for _ in range(_MOST_REDIRECTS):
            answer = await self.answer(request)
            location = answer.header("Location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            target = urljoin(f"{ORIGIN}{request.path}", location)
            if not target.startswith(f"{ORIGIN}/"):
                return replace(answer, external=target)
            path = target.removeprefix(ORIGIN)
            if "#" not in path and answer.anchor:  # Fetch standard, "location URL"
                path = f"{path}#{answer.anchor}"
            if answer.status in _KEPT_METHOD:
                request = replace(request, path=path)
            else:
                method = "HEAD" if request.method == "HEAD" else "GET"
                request = PageRequest(path, method, headers=request.headers)
        return replace(
            answer, status=508, reason="Loop Detected", headers=[("Content-Type", "text/plain")],
            content=f"{request.path} redirects without end.".encode(),
        )  # fmt: skip

    async def answer(self, request: PageRequest) -> Answer:
        """Return the answer to a request, without following redirects."""
        environ = _environ(request, self.cookies.header(urlsplit(request.path).path))
        signals.request_started.send(sender=type(self), environ=environ)
        django_request: Any = WSGIRequest(environ)
        django_request.urlconf = self._urlconf
        response = self.get_response(django_request)
        try:
            content = b"" if request.method == "HEAD" else await _content_of(response)
        finally:
            response.close()  # sends request_finished, as servers do
        self.cookies.take(response.cookies)
        if _PLAIN_ERROR in content:
            content = content.replace(_PLAIN_ERROR, _PLAIN_ERROR + _way_back(request))
        path, _, anchor = request.path.partition("#")
        return Answer(
            path,
            response.status_code,
            response.reason_phrase,
            list(response.items()),
            content,
            request.method,
            anchor,
        )


def _way_back(request: PageRequest) -> bytes:
    """Return what Django's own page for errors lacks: what happened, and a link to where the visitor came from."""
    came_from = dict(request.headers).get("Referer", "").removeprefix(ORIGIN)
    way = came_from if came_from and came_from != request.path else "/"
    written = format_html(
        '<p>{}</p><p><a href="{}">{}</a></p>',
        word("Something went wrong on this page."), way, word("Back"),
    )  # fmt: skip
    return str(written).encode()


async def _content_of(response: HttpResponseBase) -> bytes:
    if not response.streaming:
        return bytes(response.content)
    stream: Any = response
    if stream.is_async:
        return b"".join([part async for part in stream.streaming_content])
    return b"".join(stream.streaming_content)


def _environ(request: PageRequest, cookies: str) -> dict[str, Any]:
    """Return the variables of a WSGI request (PEP 3333)."""
    parts = urlsplit(request.path)
    headers = {
        f"HTTP_{name.upper().replace('-', '_')}": value
        for name, value in request.headers
        if name.lower() not in ("content-type", "content-length", "cookie")
    }
    given = {name.lower(): value for name, value in request.headers}
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        # WSGI has the bytes of the path as Latin-1 (PEP 3333, "Unicode issues").
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "CONTENT_TYPE": request.content_type or given.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": HOST,
        **({"HTTP_COOKIE": cookies} if cookies else {}),
        "HTTP_ACCEPT": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        **headers,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
