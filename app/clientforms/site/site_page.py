"""Start a page with a Django site: the settings, the database, and every `[data-site]` element."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from clientforms.browser import configure
from clientforms.browser import start as start_forms
from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import document, json_to_js, page_file, plain_to_js, window
from clientforms.site import (
    async_calls,
    contrib_modules,
    forbidden_calls,
    slow_hashes,
    tag_libraries,
)
from clientforms.site.answer_document import AnswerDocuments
from clientforms.site.container_view import ContainerView
from clientforms.site.cookie_jar import CookieJar
from clientforms.site.frame_view import FrameView
from clientforms.site.page_handler import Answer, PageHandler, PageRequest
from clientforms.site.served_files import ServedFiles
from clientforms.site.site_visit import SiteVisit
from clientforms.site.urlconfs import urlconf_for

__all__ = ["start"]

_SITES = "[data-site]"
_DATA = Path("clientforms-site")


async def start(given: Mapping[str, Any]) -> None:
    """Configure Django with the `given` settings, and show each site of the page."""
    async_calls.install()
    forbidden_calls.install()
    slow_hashes.install()
    tag_libraries.install()
    contrib_modules.fit(given["CONTRIB"], given.get("AUTH_USER_MODEL", "auth.User"))
    configure(**{name: value for name, value in given.items() if name != "CONTRIB"})
    site = Site()
    await site.show_all()
    start_forms()


class Site:
    """The sites of a page, which share the database and the cookies."""

    def __init__(self) -> None:
        self._scope = Scope()  # the page's scope never ends
        self._cookies = CookieJar()
        self._handlers: dict[str, PageHandler] = {}
        self._files = ServedFiles(_DATA / "static.zip")
        self._visits: list[SiteVisit] = []
        self._first: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def show_all(self) -> None:
        """Show the first page of each site, and let scripts of the page navigate."""
        for element in document.querySelectorAll(_SITES):
            urlconf = urlconf_for(str(element.getAttribute("data-site")).strip())
            visit = SiteVisit(
                element,
                self._responder(urlconf),
                AnswerDocuments(self._files, self._responder(urlconf)),
                FrameView if element.localName == "iframe" else ContainerView,
                has_fragment=not self._visits,
            )
            self._visits.append(visit)
        functions: dict[str, Callable[..., Any]] = {
            "navigate": self._navigate,
            "answer": self._answer,
            "adopt": self._adopt,
            "submit": self._submit,
            "visitPopup": self._visit_popup,
            "exportDatabase": self._export,
            "importDatabase": self._import,
        }
        proxies = {name: self._scope.function(call) for name, call in functions.items()}
        view = window.clientforms.siteView
        view.isShown = True
        view.pathOf = self._scope.function(lambda frame: self._visit_in(frame).address.path)
        view.knows = self._scope.function(self._knows)
        shown = asyncio.ensure_future(self._show_first())
        view.begin(plain_to_js({**proxies, "shown": shown}))
        await shown

    async def _show_first(self) -> None:
        for visit in self._visits:
            await visit.navigate(visit.address.path)

    def _responder(self, urlconf: str) -> Any:
        async def respond(request: PageRequest) -> Answer:
            content = self._files.content(request.path) if request.method == "GET" else None
            if content is not None:
                return _of_file(request.path, content)
            return await self._handler(urlconf).follow(request)

        return respond

    def _handler(self, urlconf: str) -> PageHandler:
        if urlconf not in self._handlers:
            self._handlers[urlconf] = PageHandler(self._cookies, urlconf)
        return self._handlers[urlconf]

    async def _navigate(self, path: str) -> Any:
        return json_to_js(await self._visits[0].navigate(str(path)))

    async def _answer(self, frame: Any, path: str, method: str, headers: str, body: Any) -> Any:
        """Answer `fetch()` of a script."""
        visit = self._visit_in(frame)
        content = bytes(body.to_bytes()) if body else b""
        given = [(str(name), str(value)) for name, value in json.loads(headers)]
        answer = await visit.respond(PageRequest(str(path), str(method), content, "", given))
        return plain_to_js(
            {
                "url": answer.path,
                "status": answer.status,
                "statusText": answer.reason,
                "headers": [list(pair) for pair in answer.headers],
                "body": answer.content,
            }
        )

    def _visit_in(self, frame: Any) -> SiteVisit:
        return next(
            (visit for visit in self._visits if frame and visit.view.element.isSameNode(frame)),
            self._visits[0],
        )

    def _adopt(self, frame_window: Any, frame: Any) -> None:
        view = self._visit_in(frame).view
        if isinstance(view, FrameView):
            view.adopt(frame_window)

    def _submit(self, frame: Any, form: Any) -> Any:
        return asyncio.ensure_future(self._visit_in(frame).submit(form))

    def _visit_popup(self, frame: Any, opened_from: Any, path: str) -> Any:
        """Show `path` in a frame that a script opened from another one, with the same URLconf."""
        opener = self._visit_in(opened_from)
        visit = SiteVisit(frame, opener.respond, opener.documents, FrameView, has_fragment=False)
        self._visits = [*(each for each in self._visits if each.view.element.isConnected), visit]
        return asyncio.ensure_future(visit.navigate(str(path)))

    def _knows(self, path: str) -> bool:
        """Return whether `path` is the site's, and not a file beside the page."""
        from django.urls import Resolver404, resolve

        try:
            resolve(path, urlconf=next(iter(self._handlers)))
        except Resolver404:
            return False
        return True

    async def _export(self) -> Any:
        name = Path(settings.DATABASES["default"]["NAME"])
        return page_file(name.read_bytes(), name.name, "application/vnd.sqlite3")

    async def _import(self, blob: Any) -> None:
        raise NotImplementedError


def _of_file(path: str, content: bytes) -> Answer:
    import mimetypes

    place = path.partition("?")[0]
    kind = mimetypes.guess_type(place)[0] or "application/octet-stream"
    return Answer(path, 200, "OK", [("Content-Type", kind)], content, "GET")
