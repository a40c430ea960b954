"""A polite live region that announces changes to users of screen readers."""

from __future__ import annotations

from typing import Any

from clientforms.browser.runtime import document
from clientforms.texts import marks

__all__ = ["announce", "prepare_announcer", "remove_announcer"]

_SELECTOR = "[data-clientforms-announcer]"
# Visually hidden only: a region with `hidden` is not announced.
_STYLE = {
    "position": "absolute", "width": "1px", "height": "1px", "margin": "-1px",
    "overflow": "hidden", "clip-path": "inset(50%)", "white-space": "nowrap",
}  # fmt: skip


def announce(text: str) -> None:
    """Announce `text` when the user is idle."""
    region = prepare_announcer()
    # Screen readers say nothing if a text stays the same, so a second one gets a space that nobody hears.
    region.textContent = f"{text}\u00a0" if region.textContent == text else text
    marked = marks(text)
    for name in ("lang", "dir"):
        if name in marked:
            region.setAttribute(name, marked[name])
        elif region.hasAttribute(name):
            region.removeAttribute(name)


def prepare_announcer() -> Any:
    """Return the live region. Screen readers announce changes only in a region that they know already."""
    # Searching a page with a thousand rows would take longer than announcing.
    region = document.body.lastElementChild
    if not (region and region.matches(_SELECTOR)):
        region = document.querySelector(_SELECTOR) or _make()
    return region


def remove_announcer() -> None:
    """Remove the live region from the page."""
    if region := document.querySelector(_SELECTOR):
        region.remove()


def _make() -> Any:
    region = document.createElement("div")
    region.setAttribute("role", "status")
    region.setAttribute("aria-live", "polite")
    region.setAttribute("data-clientforms-announcer", "")
    for name, value in _STYLE.items():
        region.style.setProperty(name, value)
    document.body.append(region)
    return region
