"""Turn what a visitor does into requests: links that are followed, and forms that are submitted."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from clientforms.browser.runtime import window
from clientforms.site.answer_document import path_of
from clientforms.site.page_handler import ORIGIN, PageRequest

__all__ = ["request_of_form", "target_of_link", "wants_new_tab"]

_MULTIPART = "multipart/form-data"
_LINE_BREAK = re.compile("%0D%0A|%0D|%0A")
_URLENCODED = "application/x-www-form-urlencoded"


def target_of_link(link: Any, shown: str) -> str | None:
    """Return the path to which a link in the page at path `shown` leads, None if the site does not have it."""
    given = link.getAttribute("href")
    if given is None or not isinstance(given, str):
        return None
    if given.startswith("#"):
        return given.removeprefix("#") if given.startswith("#/") else None
    return path_of(given, shown)


def wants_new_tab(event: Any, element: Any) -> bool:
    """Return whether a click, or a link or form itself, asks for another tab or window."""
    if event.ctrlKey or event.metaKey or event.shiftKey or event.button == 1:
        return True
    target = str(element.getAttribute("target") or "").lower()
    return target not in ("", "_self", "_parent", "_top")


async def request_of_form(form: Any, submitter: Any, shown: str) -> PageRequest | None:
    """Return the request that submitting `form` sends (HTML standard, "form submission algorithm").

    It is None if the form is sent out of the site, or belongs to a dialog.
    """
    method = _asked(form, submitter, "method", "get").lower()
    target = path_of(_asked(form, submitter, "action", shown) or shown, shown)
    if target is None or method == "dialog":
        return None
    headers = (("Referer", f"{ORIGIN}{shown}"), ("Origin", ORIGIN))
    data = window.FormData.new(form, submitter) if submitter else window.FormData.new(form)
    if method == "get":
        query = _encoded(data)
        path = urlsplit(target).path
        return PageRequest(f"{path}?{query}" if query else path, headers=headers[:1])
    if _asked(form, submitter, "enctype", _URLENCODED).lower() == _MULTIPART:
        packed = window.Response.new(data)
        content = bytes((await packed.arrayBuffer()).to_bytes())
        kind = str(packed.headers.get("content-type"))
        return PageRequest(target, "POST", content, kind, headers)
    return PageRequest(target, "POST", _encoded(data).encode(), _URLENCODED, headers)


def _encoded(data: Any) -> str:
    """Return the controls as a query. Of files only names are sent.

    Line breaks are as forms send them (URLSearchParams leaves them).
    """
    query = window.URLSearchParams.new()
    for name, value in data:
        query.append(name, value if isinstance(value, str) else value.name)
    return _LINE_BREAK.sub("%0D%0A", str(query.toString()))


def _asked(form: Any, submitter: Any, name: str, default: str) -> str:
    """Return an attribute of the button that was pressed, or of the form.

    Properties of a form may be hidden by controls with their names.
    """
    if submitter and submitter.hasAttribute(f"form{name}"):
        return str(submitter.getAttribute(f"form{name}"))
    given = window.Element.prototype.getAttribute.call(form, name)
    return str(given) if isinstance(given, str) else default
