"""The style sheets and scripts that a form's widgets need: loaded into a page that lacks them."""

from __future__ import annotations

from typing import Any

from clientforms.browser.runtime import document, window

__all__ = ["load_media"]

_ADDRESS = {"LINK": "href", "SCRIPT": "src"}


def load_media(html: str) -> None:
    """Load what `{{ form.media }}` gives, each address once for the page, scripts in order.

    What the page has already, loaded here or written by its author, is left alone.
    """
    template = document.createElement("template")
    template.innerHTML = html
    for element in template.content.querySelectorAll("link[href], script, style"):
        if not _is_there(element):
            document.head.append(_running(element))


def _is_there(element: Any) -> bool:
    tag = str(element.tagName)
    attribute = _ADDRESS.get(tag, "")
    address = element.getAttribute(attribute) if attribute else ""
    for other in document.querySelectorAll(tag.lower()):
        if address:
            if other.hasAttribute(attribute) and _absolute(
                other.getAttribute(attribute)
            ) == _absolute(address):
                return True
        elif other.textContent == element.textContent:
            return True
    return False


def _running(element: Any) -> Any:
    """Return a copy that loads: the browser runs no script that came as HTML."""
    made = document.createElement(element.tagName)
    for attribute in element.attributes:
        made.setAttribute(attribute.name, attribute.value)
    made.textContent = element.textContent
    if element.tagName == "SCRIPT":
        setattr(made, "async", element.hasAttribute("async"))  # otherwise they keep their order
    return made


def _absolute(address: str) -> str:
    return str(window.URL.new(address, document.baseURI).href)
