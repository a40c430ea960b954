"""One `[data-site]` element: what the visitor does in it becomes requests, and it shows the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from clientforms.browser.runtime import closest, custom_event, window
from clientforms.site.answer_document import AnswerDocuments
from clientforms.site.form_requests import request_of_form, target_of_link, wants_new_tab
from clientforms.site.page_handler import ORIGIN, Answer, PageRequest
from clientforms.site.served_files import object_url
from clientforms.site.site_address import SiteAddress

__all__ = ["SiteView", "SiteVisit"]

_SHOWN_TYPES = ("text/", "image/", "application/json", "application/xhtml+xml", "application/xml")


class SiteView(Protocol):
    """Where answers are shown: an element of the page, or a frame."""

    element: Any

    async def show(self, fresh: Any, *, is_new_place: bool, submitted: Any = None) -> None:
        """Show a document."""


class SiteVisit:
    """Navigation in one element. `respond(request)` answers, with redirects; `make_view` makes the view.

    `failed(request, error)` is called if there is no answer.
    """

    def __init__(
        self,
        element: Any,
        respond: Callable[[PageRequest], Awaitable[Answer]],
        documents: AnswerDocuments,
        make_view: Callable[[Any, Callable[[Any], None], Callable[[Any], None]], SiteView],
        failed: Callable[[PageRequest, Exception], None],
        *,
        has_fragment: bool,
    ) -> None:
        self.respond = respond
        self.documents = documents
        self._failed = failed
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._shown: str | None = None
        start = str(element.getAttribute("data-site-path") or "/")
        self.address = SiteAddress(start, self._go_back, is_shown=has_fragment)
        self.view = make_view(element, self._clicked, self._submitted)

    async def navigate(self, path: str) -> dict[str, Any]:
        """Show the page at `path`, which begins with a slash; return its address and status."""
        return await self._visit(PageRequest(path))

    def go(self, path: str) -> None:
        """Show the page at `path`, as if a link led there."""
        self._start(self._visit(PageRequest(path, headers=self._referer())))

    def _go_back(self, path: str) -> None:
        self._start(self._visit(PageRequest(path), is_back=True))

    def _clicked(self, event: Any) -> None:
        if event.defaultPrevented or event.button > 1:
            return
        link = closest(event.target, "a[href], area[href]")
        if not link:
            return
        path = target_of_link(link, self.address.path)
        if path is None:
            given = str(link.getAttribute("href") or "")
            if given.startswith("#") and not given.startswith("#/"):
                # The browser itself would take the fragment for another address.
                event.preventDefault()
                self._scroll_to(given.removeprefix("#"))
            return
        event.preventDefault()
        place, _, anchor = path.partition("#")
        if wants_new_tab(event, link):
            window.open(self.address.url_of(place), "_blank")
        elif anchor and place == self.address.path:
            self._scroll_to(anchor)
        else:
            self.go(path)

    def _referer(self) -> list[tuple[str, str]]:
        return [("Referer", f"{ORIGIN}{self.address.path}")]

    def _scroll_to(self, anchor: str) -> None:
        """Show an element of what is shown, by its id, or the top."""
        element = self.view.element
        inside = element.contentDocument if element.localName == "iframe" else element.ownerDocument
        target = inside.getElementById(unquote(anchor)) if anchor else element
        if target:
            target.scrollIntoView()

    def _submitted(self, event: Any) -> None:
        if event.defaultPrevented:
            return
        form, submitter = event.target, getattr(event, "submitter", None)
        event.preventDefault()
        self._start(self.submit(form, submitter))

    async def submit(self, form: Any, submitter: Any = None) -> None:
        """Send a form of the site, as the browser does."""
        request = await request_of_form(form, submitter, self.address.path)
        if request is None:
            window.clientforms.siteView.submitNatively(form)
            return
        await self._visit(request, submitted=form)

    def _start(self, visit: Any) -> None:
        task = asyncio.ensure_future(visit)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # which `failed` was called with

    async def _visit(
        self, request: PageRequest, *, submitted: Any = None, is_back: bool = False
    ) -> dict[str, Any]:
        async with self._turn:
            self._set_busy(True)
            try:
                answer = await self.respond(request)
                if answer.external:
                    window.location.assign(answer.external)
                    return {"url": answer.external, "status": answer.status}
                if _is_download(answer):
                    _download(answer)
                elif answer.status != 204:
                    await self._show(answer, submitted, is_back=is_back)
            except Exception as error:
                self._failed(request, error)
                raise
            finally:
                self._set_busy(False)
            shown = {"url": answer.path, "status": answer.status, "method": answer.method}
            self.view.element.dispatchEvent(custom_event("site:shown", shown))
            return shown

    def _set_busy(self, is_busy: bool) -> None:
        """Say whether a request is under way."""
        if is_busy:
            self.view.element.setAttribute("aria-busy", "true")
        else:
            self.view.element.removeAttribute("aria-busy")

    async def _show(self, answer: Answer, submitted: Any, *, is_back: bool) -> None:
        fresh = await self.documents.of(answer)
        is_new_place = self._shown is not None and self._shown != urlsplit(answer.path).path
        if not is_back and self._shown is not None:
            self.address.remember_scroll(float(window.scrollY))
        self.address.show(answer.path, replace=is_back or self._shown is None)
        self._shown = urlsplit(answer.path).path
        await self.view.show(fresh, is_new_place=is_new_place, submitted=submitted)
        position = self.address.scroll() if is_back else None
        if position is not None:
            window.scrollTo(0, position)
        elif answer.anchor:
            self._scroll_to(answer.anchor)


def _is_download(answer: Answer) -> bool:
    is_attachment = answer.header("Content-Disposition").lower().startswith("attachment")
    return is_attachment or not answer.content_type.startswith(_SHOWN_TYPES)


def _download(answer: Answer) -> None:
    """Hand a file to the visitor, under the name that the response gives it (RFC 6266)."""
    name = (
        _file_name(answer.header("Content-Disposition"))
        or answer.path.rstrip("/").rpartition("/")[2]
    )
    link = window.document.createElement("a")
    link.href = object_url(answer.content, name, answer.content_type)
    link.download = name
    link.click()


def _file_name(disposition: str) -> str:
    from email.message import Message

    message = Message()
    message["Content-Disposition"] = disposition
    return message.get_filename("")
