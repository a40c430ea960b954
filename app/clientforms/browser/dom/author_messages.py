"""Messages for the author of a page, in the container that they concern and on the console."""

from __future__ import annotations

from typing import Any

from clientforms.browser.runtime import console, document

__all__ = ["clear_message", "show_message"]


def show_message(container: Any, message: str, *, name: str = "", details: str = "") -> None:
    """Show `message` at the top of `container`, and on the console with `details`.

    It replaces a message of the same `name`.
    """
    clear_message(container, name)
    box = document.createElement("div")
    box.className = "clientforms-error"
    box.setAttribute("role", "alert")
    box.setAttribute("data-clientforms-error", name)
    paragraph = document.createElement("p")
    paragraph.textContent = message
    box.append(paragraph)
    container.prepend(box)
    console.error(f"clientforms: {message}" + (f"\n{details}" if details else ""))


def clear_message(container: Any, name: str = "") -> None:
    """Remove the message called `name` from `container`, if there is one."""
    for child in list(container.children):
        if child.getAttribute("data-clientforms-error") == name:
            child.remove()
