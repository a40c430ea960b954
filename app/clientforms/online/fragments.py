"""A part of the page is shown anew: other HTML in its place, with the live forms in it, and the focus."""

from __future__ import annotations

from typing import Any

from clientforms.browser.page.containers import bind_page, bindings
from clientforms.browser.runtime import css_escape, document

__all__ = ["Place"]

_FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]"


class Place:
    """Where a part of the page is, even while nothing is there."""

    def __init__(self, element: Any) -> None:
        self._nodes = [element]

    def is_there(self) -> bool:
        """Return whether the page still has this place."""
        return bool(self._nodes[0].isConnected)

    def swap(self, html: str) -> None:
        """Put `html`, of the page's own server, into the place. Live forms end and begin with it."""
        focus = _Focus(self._nodes)
        for binding in bindings():
            if any(node.contains(binding.container) for node in self._nodes):
                binding.unbind()
        template = document.createElement("template")
        template.innerHTML = html.strip()
        made = list(template.content.childNodes) or [document.createComment("")]
        first, *others = self._nodes
        for node in others:
            node.remove()
        first.replaceWith(*made)
        self._nodes = made
        for _ in bind_page():
            pass
        focus.give_back(made)


class _Focus:
    """The control in these nodes that has the focus."""

    def __init__(self, nodes: list[Any]) -> None:
        active = document.activeElement
        self._selectors: list[str] = []
        self._was_here = bool(active) and any(node.contains(active) for node in nodes)
        if not self._was_here:
            return
        for name in ("id", "data-action", "name"):
            if value := active.getAttribute(name):
                self._selectors.append(f'[{name}="{css_escape(str(value))}"]')
        if len(self._selectors) > 1:
            self._selectors.insert(0, "".join(self._selectors))
        if active.hasAttribute("data-action"):
            self._selectors.append("[data-action]")

    def give_back(self, nodes: list[Any]) -> None:
        """Focus the same control in the new nodes, or the nearest that can have the focus."""
        if not self._was_here:
            return
        elements = [node for node in nodes if node.nodeType == 1]
        for selector in (*self._selectors, _FOCUSABLE):
            for element in elements:
                found = element if element.matches(selector) else element.querySelector(selector)
                if found:
                    found.focus()
                    return
        near = [*elements, nodes[-1].nextElementSibling, nodes[0].previousElementSibling]
        target = next(filter(None, near), nodes[0].parentElement)
        control = target.querySelector(_FOCUSABLE) if target else None
        if control:
            control.focus()
        elif target:
            target.setAttribute("tabindex", "-1")
            target.focus()
