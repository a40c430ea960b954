"""A polite live region: tells what happened to those who do not see it."""

from __future__ import annotations

from typing import Any

from clientforms.browser.runtime import document

__all__ = ["announce", "remove_announcer"]

_SELECTOR = "[data-clientforms-announcer]"
# Out of sight, not hidden: a hidden region is not read out.
_STYLE = {
    "position": "absolute", "width": "1px", "height": "1px", "margin": "-1px",
    "overflow": "hidden", "clip-path": "inset(50%)", "white-space": "nowrap",
}  # fmt: skip


def announce(text: str) -> None:
    """Have `text` spoken when the user is idle."""
    # Its own look into a page with a thousand rows takes longer than to tell.
    region = document.body.lastElementChild
    if not (region and region.matches(_SELECTOR)):
        region = document.querySelector(_SELECTOR) or _make()
    region.textContent = text


def remove_announcer() -> None:
    """Take the live region out of the page."""
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
