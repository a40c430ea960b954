"""Replaces a part of the page, including its live forms, with new HTML, and preserves the focus."""

from __future__ import annotations

from typing import Any

from clientforms.browser.page.containers import bind_page, bindings
from clientforms.browser.runtime import css_escape, document
from clientforms.browser.submit.error_summary import summary_has_focus
from clientforms.online.asking_forms import AskingForms

__all__ = ["Place"]

_FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, [tabindex]"


class Place:
    """The place of a fragment in the page, even if the fragment is empty. `asking` has the forms that ask the server."""

    def __init__(self, element: Any, asking: AskingForms) -> None:
        self._nodes = [element]
        self._asking = asking

    def is_there(self) -> bool:
        """Return whether the place is still in the page."""
        return bool(self._nodes[0].isConnected)

    def has_typed(self) -> bool:
        """Return whether a live form in this place has changed data, which must not be lost."""
        return any(
            binding.live.has_changed()
            for binding in bindings()
            if any(node.contains(binding.container) for node in self._nodes)
        )

    def find_again(self, html: str) -> None:
        """Find the element with the same id as in `html`, because another script has replaced the old one."""
        template = document.createElement("template")
        template.innerHTML = html.strip()
        first = template.content.firstElementChild
        element = document.getElementById(first.id) if first and first.id else None
        if element:
            self._nodes = [element]

    def swap(self, html: str, *, focus_it: bool = False) -> None:
        """Replace the fragment with `html`, which must come from the page's own server, and bind its live forms.

        If the focus was inside, it returns to the same control. With `focus_it`, the focus moves inside in any case.
        """
        focus = _Focus(self._nodes, focus_it)
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
        self._asking.look()
        for _ in bind_page():
            pass
        focus.give_back(made)


class _Focus:
    """The focused control in these nodes, to restore the focus after they are replaced."""

    def __init__(self, nodes: list[Any], is_wanted: bool) -> None:
        active = document.activeElement
        self._selectors: list[str] = []
        was_here = bool(active) and any(node.contains(active) for node in nodes)
        self._is_wanted = is_wanted or was_here
        if not was_here:
            return
        for name in ("id", "data-action", "name"):
            if value := active.getAttribute(name):
                self._selectors.append(f'[{name}="{css_escape(str(value))}"]')
        if len(self._selectors) > 1:
            self._selectors.insert(0, "".join(self._selectors))
        if active.hasAttribute("data-action"):
            self._selectors.append("[data-action]")

    def give_back(self, nodes: list[Any]) -> None:
        """Focus the same control in the new nodes, or the nearest focusable element."""
        if not self._is_wanted or summary_has_focus():
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
