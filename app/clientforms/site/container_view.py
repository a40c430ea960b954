"""Show answers in an element of the page: `<div data-site="notes.urls">`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser import bindings
from clientforms.browser.dom.scope import Scope
from clientforms.browser.page.containers import bind_page
from clientforms.browser.runtime import document, window
from clientforms.browser.submit.error_summary import summary_has_focus
from clientforms.site import shown_forms

__all__ = ["ContainerView"]

_HEAD = "title, link[rel~=stylesheet], style, script, meta[name]"
_OURS = "data-site-head"


class ContainerView:
    """A container whose content is the body of the last answer, merged by idiomorph.

    `on_click` and `on_submit` are called with events of links and forms inside.
    """

    def __init__(
        self, element: Any, on_click: Callable[[Any], None], on_submit: Callable[[Any], None]
    ) -> None:
        self.element = element
        self._scope = Scope()
        for name, callback in (("click", on_click), ("auxclick", on_click), ("submit", on_submit)):
            self._scope.listen(element, name, callback)
        if not element.hasAttribute("tabindex"):
            # It takes the focus if that is in nothing that stays.
            element.setAttribute("tabindex", "-1")

    async def show(self, fresh: Any, *, is_new_place: bool, submitted: Any = None) -> None:
        """Merge the document `fresh` into the page.

        With `is_new_place`, the focus and the scroll position are those of a new page. If not, controls
        outside the `submitted` form keep what was typed.
        """
        had_focus = self.element.contains(document.activeElement)
        for binding in bindings():
            if self.element.contains(binding.container):
                binding.unbind()
        _merge_head(fresh)
        for name in ("lang", "dir"):
            if given := fresh.documentElement.getAttribute(name):
                self.element.setAttribute(name, given)
            else:
                self.element.removeAttribute(name)
        window.clientforms.siteView.merge(self.element, fresh.body, not is_new_place, submitted)
        for _ in bind_page(shown_forms.given_for):
            pass
        if summary_has_focus():
            return
        if is_new_place:
            wanted = self.element.querySelector("[autofocus]")
            (wanted or self.element).focus(window.clientforms.siteView.quietly)
            if self.element.getBoundingClientRect().top < 0:
                self.element.scrollIntoView()
        elif had_focus and not self.element.contains(document.activeElement):
            self.element.focus(window.clientforms.siteView.quietly)


def _merge_head(fresh: Any) -> None:
    """Give the page the title, style sheets and scripts of the answer, and take away those of the last one."""
    wanted = {_key_of(element): element for element in fresh.head.querySelectorAll(_HEAD)}
    for element in document.head.querySelectorAll(f"[{_OURS}]"):
        key = str(element.getAttribute(_OURS))
        if key in wanted:
            del wanted[key]
        elif element.localName != "script":  # what it did stays done
            element.remove()
    there = {_key_of(element) for element in document.head.querySelectorAll(_HEAD)}
    scripts = []
    for key, element in wanted.items():
        if element.localName == "title":
            document.title = element.textContent.strip() or document.title
        elif key not in there:
            element.setAttribute(_OURS, key)
            if element.localName == "script":
                scripts.append(element)
            else:
                document.head.append(element)
    if scripts:
        window.clientforms.siteView.addScripts(document.head, scripts)


def _key_of(element: Any) -> str:
    """Return what is the same for the same element in two answers. Object URLs of files may differ."""
    given = element.getAttribute("data-site-reference") or element.getAttribute("href")
    written = given or element.getAttribute("src") or element.getAttribute("name")
    return f"{element.localName} {written or element.textContent}"
