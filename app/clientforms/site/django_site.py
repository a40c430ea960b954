"""A Django site in the page: its elements share the database, the cookies and the notices."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve

from clientforms.browser.dom.local_storage import StorageError
from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import console, document, page_file, plain_to_js, window
from clientforms.errors import ClientFormsError
from clientforms.site.answer_document import AnswerDocuments
from clientforms.site.container_view import ContainerView
from clientforms.site.frame_view import FrameView
from clientforms.site.kept_cookies import KeptCookies
from clientforms.site.page_handler import Answer, PageHandler, PageRequest
from clientforms.site.served_files import ServedFiles, content_type_of
from clientforms.site.site_notices import SiteNotices
from clientforms.site.site_visit import SiteVisit
from clientforms.site.site_words import word
from clientforms.site.stored_site import StoredSite
from clientforms.site.urlconfs import urlconf_for

__all__ = ["DjangoSite"]

_SITES = "[data-site]"
_WAITING = (
    "Another tab of this site is busy. This one goes on as soon as that is done, or is closed."
)
_STATIC = Path("clientforms-site/static.zip")


class DjangoSite:
    """The sites of a page. Django is configured. `name`, `version` and `archive` are those of `StoredSite`."""

    def __init__(self, name: str, version: str, archive: bytes) -> None:
        database = Path(settings.DATABASES["default"]["NAME"])
        self.notices = SiteNotices()
        self._name = name
        self._scope = Scope()  # the page's scope never ends
        self._stored = StoredSite(name, database, Path(settings.MEDIA_ROOT), version, archive)
        self._stored.when_waiting(self._say_waiting)
        self._cookies = KeptCookies(name)
        self._handlers: dict[str, PageHandler] = {}
        self._files = ServedFiles(_STATIC)
        self._visits: list[SiteVisit] = []

    async def open(self) -> None:
        """Restore the data of earlier visits. If an update of it failed, the page reloads with the version before."""
        Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
        opened = await self._stored.open()
        if opened.restart:
            window.location.reload()
            await asyncio.get_running_loop().create_future()  # until the page is gone
        self._say_problem()

    async def show_all(self) -> None:
        """Show the first page of each site, and let scripts of the page navigate."""
        for element in document.querySelectorAll(_SITES):
            responder = self._responder(urlconf_for(str(element.getAttribute("data-site")).strip()))
            self._visits.append(
                SiteVisit(
                    element,
                    responder,
                    AnswerDocuments(self._files, responder),
                    FrameView if element.localName == "iframe" else ContainerView,
                    self._failed,
                    has_fragment=not self._visits,
                )
            )
        stored = self._stored
        functions: dict[str, Callable[..., Any]] = {
            "navigate": _checked(self._navigate),
            "exportDatabase": self._exporting(
                stored.export_database, "sqlite3", "application/vnd.sqlite3"
            ),
            "exportMedia": self._exporting(stored.export_media, "zip", "application/zip"),
            "exportFixture": self._exporting(stored.export_fixture, "json", "application/json"),
            "importDatabase": self._importing(stored.import_database),
            "importMedia": self._importing(stored.import_media),
            "importFixture": self._importing(stored.import_fixture),
            "answer": _checked(self._answer),
            "adopt": self._adopt,
            "submit": self._submit,
            "go": self._go,
            "visitPopup": self._visit_popup,
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

    def _responder(self, urlconf: str) -> Callable[[PageRequest], Awaitable[Answer]]:
        async def respond(request: PageRequest) -> Answer:
            content = self._files.content(request.path) if request.method == "GET" else None
            if content is not None:
                return _of_file(request.path, content)
            return await self._respond(urlconf, request)

        return respond

    async def _respond(self, urlconf: str, request: PageRequest) -> Answer:
        """Answer in a turn of the database. Raises what stands in the way of an answer."""
        answer: Answer | None = None
        try:
            async with self._stored.turn():
                self._cookies.read()
                answer = await self._handler(urlconf).follow(request)
        except StorageError:
            if answer is None:
                raise
        finally:
            self._cookies.write()
            self._say_problem()
        return answer

    def _handler(self, urlconf: str) -> PageHandler:
        if urlconf not in self._handlers:
            self._handlers[urlconf] = PageHandler(self._cookies.jar, urlconf)
        return self._handlers[urlconf]

    def _say_problem(self) -> None:
        """Say why changes are not kept, if they are not."""
        if self._stored.problem:
            self.notices.show("storage", self._stored.problem)
        else:
            self.notices.remove("storage")

    def _say_waiting(self, is_waiting: bool) -> None:
        """Say that another tab keeps this one waiting, or no longer."""
        if is_waiting:
            self.notices.show("waiting", word(_WAITING))
        else:
            self.notices.remove("waiting")

    def _failed(self, request: PageRequest, error: Exception) -> None:
        """Say that a request has no answer, which is no fault of a view: those are answered with status 500."""
        console.error("".join(traceback.format_exception(error)))
        message = word("This page could not be shown: %(path)s", path=request.path)
        self.notices.show("request", message, f"{type(error).__name__}: {error}")

    # What scripts call

    async def _navigate(self, path: Any) -> Any:
        if not str(path).startswith("/"):
            raise ClientFormsError(
                f"navigate({path!r}): give a path of the site, which begins with a slash."
            )
        return await self._visits[0].navigate(str(path))

    async def _answer(self, frame: Any, path: str, method: str, headers: str, body: Any) -> Any:
        """Answer `fetch()` of a script."""
        content = bytes(body.to_bytes()) if body else b""
        given = [(str(name), str(value)) for name, value in json.loads(headers)]
        request = PageRequest(str(path), str(method), content, "", given)
        answer = await self._visit_in(frame).respond(request)
        return {
            "url": answer.path,
            "status": answer.status,
            "statusText": answer.reason,
            "headers": [list(pair) for pair in answer.headers],
            "body": answer.content,
        }

    def _exporting(
        self, export: Callable[[], Awaitable[bytes]], suffix: str, content_type: str
    ) -> Callable[..., Awaitable[Any]]:
        async def exported() -> Any:
            return page_file(await export(), f"{self._name}.{suffix}", content_type)

        return _checked(exported)

    def _importing(self, give: Callable[[bytes], Awaitable[None]]) -> Callable[..., Awaitable[Any]]:
        async def imported(blob: Any) -> None:
            await give(bytes((await blob.arrayBuffer()).to_bytes()))
            self._say_problem()
            for visit in self._visits:
                await visit.navigate(visit.address.path)

        return _checked(imported)

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

    def _go(self, frame: Any, path: str) -> None:
        """Show `path`, because a script has set `location`."""
        self._visit_in(frame).go(str(path))

    def _visit_popup(self, frame: Any, opened_from: Any, path: str) -> Any:
        """Show `path` in a frame that a script opened from another one, with the same URLconf."""
        opener = self._visit_in(opened_from)
        visit = SiteVisit(
            frame, opener.respond, opener.documents, FrameView, self._failed, has_fragment=False
        )
        self._visits = [*(each for each in self._visits if each.view.element.isConnected), visit]
        return asyncio.ensure_future(visit.navigate(str(path)))

    def _knows(self, path: str) -> bool:
        """Return whether `path` is the site's, and not a file beside the page."""
        for urlconf in self._handlers:
            with suppress(Resolver404):
                resolve(path, urlconf=urlconf)
                return True
        return False


def _checked(call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return a function for scripts: its answer is `{value}` or `{error}`, because they see no Python exceptions."""

    async def checked(*given: Any) -> Any:
        try:
            return plain_to_js({"value": await call(*given)})
        except ClientFormsError as error:  # which says all, and is expected
            return plain_to_js({"error": str(error)})
        except Exception as error:  # noqa: BLE001 - a site may raise anything
            console.error("".join(traceback.format_exception(error)))
            return plain_to_js({"error": f"{type(error).__name__}: {error}"})

    return checked


def _of_file(path: str, content: bytes) -> Answer:
    kind = content_type_of(path.partition("?")[0])
    return Answer(path, 200, "OK", [("Content-Type", kind)], content, "GET")
