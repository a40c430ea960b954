"""Nested formsets: their containers in the page, and their bindings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar

from django.forms.utils import pretty_name

from clientforms.browser.dom import formset_markup
from clientforms.browser.dom.form_controls import CONTROLS
from clientforms.browser.rows import row_markup
from clientforms.browser.runtime import css_escape, document
from clientforms.engine import ClientFormSet

__all__ = ["NestedBindings"]


class Bound(Protocol):
    """The part of a formset's binding that is used here."""

    container: Any
    name: str

    @property
    def live(self) -> Any:
        """The ClientFormSet."""

    def unbind(self) -> None:
        """Stop."""


_Binding = TypeVar("_Binding", bound=Bound)


class NestedBindings(Generic[_Binding]):
    """The bindings nested in the rows of one formset; `bind` makes one for a container."""

    def __init__(self, live: ClientFormSet, bind: Callable[[Any, ClientFormSet], _Binding]) -> None:
        self._live = live
        self._bind = bind
        self._by_key: dict[str, dict[str, _Binding]] = {}

    def __iter__(self) -> Iterator[_Binding]:
        for key in self._live.keys if self._by_key else ():
            yield from self._by_key.get(key, {}).values()

    def of(self, key: str) -> dict[str, _Binding]:
        """Return the bindings in the row `key`, by the attribute of its form."""
        return self._by_key.get(key, {})

    def prepare(self, key: str, row: Any) -> None:
        """Mark or add the containers in `row`, before its own controls are read."""
        for name, inner in self._live.nested(key).items():
            inner.layout = self._live.layout
            container = _container_in(row, inner.prefix) or _new_container(row, inner.layout)
            container.setAttribute("data-formset-nested", name)
            container.setAttribute("data-prefix", inner.prefix)
            if not container.hasAttribute("role"):
                container.setAttribute("role", "group")
                container.setAttribute("aria-label", pretty_name(name))

    def start(self, key: str, row: Any) -> None:
        """Bind the containers that `prepare()` marked."""
        for name, inner in self._live.nested(key).items():
            container = row.querySelector(f'[data-prefix="{css_escape(inner.prefix)}"]')
            self._by_key.setdefault(key, {})[name] = self._bind(container, inner)
            inner.refresh()

    def end(self, key: str) -> None:
        """Unbind the formsets in a row that is removed."""
        for binding in self._by_key.pop(key, {}).values():
            binding.unbind()

    def end_all(self) -> None:
        """Unbind all."""
        for key in list(self._by_key):
            self.end(key)

    def follow(self) -> None:
        """Update prefixes after rows were renumbered."""
        for binding in self:
            binding.name = str(binding.live.prefix)
            binding.container.setAttribute("data-prefix", binding.name)


def _container_in(row: Any, prefix: str) -> Any | None:
    """Return the element in `row` that contains only the formset `prefix`, or None."""
    marked = row.querySelector(f'[data-prefix="{css_escape(prefix)}"]')
    if marked:
        return marked
    roots = row_markup.roots(row, prefix)
    if not roots:
        return None
    if len(roots) == 1 and not roots[0].matches(CONTROLS):
        return roots[0]
    container = document.createElement("div")
    roots[0].before(container)
    container.append(*roots)
    return container


def _new_container(row: Any, layout: str) -> Any:
    container = document.createElement("div")
    place = container
    if row.tagName == "TR":
        row.lastElementChild.append(container)
        return container
    if layout == "table":
        place, cell = document.createElement("tr"), document.createElement("td")
        cell.colSpan = 2
        cell.append(container)
        place.append(cell)
    elif layout == "ul":
        place = document.createElement("li")
        place.append(container)
    actions = formset_markup.own_elements(row, "[data-formset-row-actions]")
    if actions:
        actions[0].before(place)
    else:
        row.append(place)
    return container
