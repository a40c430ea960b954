"""Turn an answer into a document whose references work in the page."""

from __future__ import annotations

import html
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

from clientforms.browser.runtime import window
from clientforms.site.page_handler import ORIGIN, Answer, PageRequest
from clientforms.site.served_files import ServedFiles, object_url

__all__ = ["AnswerDocuments", "path_of"]

_HTML = ("text/html", "application/xhtml+xml")
_REFERENCES = {
    "img": "src", "script": "src", "source": "src", "audio": "src", "video": "src", "track": "src", "embed": "src",
    "iframe": "src", "link": "href", "input": "src", "object": "data",
}  # fmt: skip
_CODE = ("", "module", "text/javascript", "application/javascript")
_FETCHED_LINKS = ("stylesheet", "icon", "preload", "modulepreload", "apple-touch-icon", "manifest")


def path_of(reference: str, shown: str) -> str | None:
    """Return the path in the site of a link in the page at path `shown`, None if it leads out of the site."""
    target = urljoin(f"{ORIGIN}{shown}", reference.strip())
    if target == ORIGIN:
        return "/"
    return target.removeprefix(ORIGIN) if target.startswith(f"{ORIGIN}/") else None


class AnswerDocuments:
    """Makes documents. `fetch` answers requests for what is no file, such as a script that a view writes."""

    def __init__(
        self, files: ServedFiles, fetch: Callable[[PageRequest], Awaitable[Answer]]
    ) -> None:
        self._files = files
        self._fetch = fetch

    async def of(self, answer: Answer) -> Any:
        """Return the answer as a document of the DOM. What is not HTML is shown as a browser shows it."""
        text = answer.text() if answer.content_type in _HTML else _shown(answer)
        document = window.DOMParser.new().parseFromString(text, "text/html")
        for element in document.querySelectorAll(",".join(_REFERENCES)):
            await self._refer(element, answer.path)
        for script in document.querySelectorAll("script:not([src])"):
            self._give_url(script, answer.path)
        for element in document.querySelectorAll("[srcset], [poster]"):
            await self._refer_more(element, answer.path)
        return document

    async def _refer(self, element: Any, shown: str) -> None:
        name = _REFERENCES[str(element.localName)]
        written = element.getAttribute(name)
        rel = str(element.getAttribute("rel") or "").lower().split()
        if not written or (element.localName == "link" and not set(rel) & set(_FETCHED_LINKS)):
            return
        if _kind_of(element) == "module":
            path = path_of(str(written), shown)
            url = self._files.module_url(path) if path else None
        else:
            url = await self.url(str(written), shown)
        if url:
            element.setAttribute("data-site-reference", written)
            element.setAttribute(name, url)
            for given in ("integrity", "crossorigin"):
                element.removeAttribute(given)

    async def _refer_more(self, element: Any, shown: str) -> None:
        if poster := element.getAttribute("poster"):
            element.setAttribute("poster", await self.url(str(poster), shown) or poster)
        if not (written := element.getAttribute("srcset")):
            return
        parts = []
        for part in str(written).split(","):
            reference, _, rest = part.strip().partition(" ")
            parts.append(f"{await self.url(reference, shown) or reference} {rest}".strip())
        element.setAttribute("srcset", ", ".join(parts))

    def _give_url(self, script: Any, shown: str) -> None:
        """Give an inline script an object URL, because the page's policy allows no inline scripts."""
        kind, text = _kind_of(script), str(script.textContent)
        if kind not in _CODE or not text.strip():
            return
        script.setAttribute("data-site-reference", f"inline {hash(text)}")
        if kind == "module":
            text = self._files.with_module_urls(text, shown)
        script.setAttribute("src", object_url(text.encode(), "inline.js", "text/javascript"))
        script.textContent = ""

    async def url(self, reference: str, shown: str) -> str | None:
        """Return an object URL for a reference in the page at path `shown`, None if it leads out of the site."""
        if reference.startswith("#") or urlsplit(reference).scheme in ("data", "blob"):
            return None
        path = path_of(reference, shown)
        if path is None:
            return None
        if url := self._files.object_url(path):
            return url
        answer = await self._fetch(PageRequest(path, headers=[("Accept", "*/*")]))
        return object_url(answer.content, path.rpartition("/")[2], answer.header("Content-Type"))


def _kind_of(element: Any) -> str:
    return str(element.getAttribute("type") or "").strip().lower()


def _shown(answer: Answer) -> str:
    name = html.escape(answer.path)
    if answer.content_type.startswith("image/"):
        url = object_url(answer.content, name, answer.content_type)
        return f'<title>{name}</title><img src="{url}" alt="{name}">'
    return f"<title>{name}</title><pre>{html.escape(answer.text())}</pre>"
