"""Load the style sheets and scripts of a form's widgets that the page lacks."""

from __future__ import annotations

from typing import Any

from clientforms.browser.runtime import css_escape, document, window

__all__ = ["load_media"]

_ADDRESS = {"LINK": "href", "SCRIPT": "src"}
_WAITING = "text/plain"
"""The type of a script that must wait for its form."""


def load_media(html: str) -> None:
    """Load the assets in `html`, the value of `{{ form.media }}`, each once, scripts in order.

    Assets that the page already has are skipped. A built page has them under other names, found by
    the attribute `data-media` (`builder/page/built_media.py`).
    """
    template = document.createElement("template")
    template.innerHTML = html
    for element in template.content.querySelectorAll("link[href], script, style"):
        known = _marked(element)
        if known and known.getAttribute("type") == _WAITING:
            known.replaceWith(_running(element, known))
        elif not known and not _is_there(element):
            document.head.append(_running(element))


def _marked(element: Any) -> Any | None:
    address = element.getAttribute(_ADDRESS.get(str(element.tagName), ""))
    return document.querySelector(f'[data-media="{css_escape(address)}"]') if address else None


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


def _running(element: Any, known: Any | None = None) -> Any:
    """Return a copy that loads, because browsers do not run scripts inserted as HTML.

    If the page has a placeholder, `known`, it has the address or the text.
    """
    made = document.createElement(element.tagName)
    for attribute in element.attributes:
        made.setAttribute(attribute.name, attribute.value)
    made.textContent = element.textContent
    if element.tagName == "SCRIPT":
        setattr(made, "async", element.hasAttribute("async"))  # scripts without it keep their order
    if known:
        made.removeAttribute("src")
        for name in ("src", "integrity", "data-media"):
            if known.hasAttribute(name):
                made.setAttribute(name, known.getAttribute(name))
        made.nonce = known.nonce
        made.textContent = known.textContent
    return made


def _absolute(address: str) -> str:
    return str(window.URL.new(address, document.baseURI).href)
