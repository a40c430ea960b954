"""A panel for developers: a form's live POST data, errors and cleaned data, and its source.

Markup: `[data-inspect="articles"]` (names separated by spaces) around `[data-json=post|errors|
cleaned]` and `[data-source=URL][data-source-names]`.
"""

from __future__ import annotations

import ast
import asyncio
import json
import re
from typing import Any

from clientforms.browser.binding.binding import Binding
from clientforms.browser.dom.pressed_pointer import pressed_pointer
from clientforms.browser.dom.scope import Scope
from clientforms.browser.page.containers import bindings
from clientforms.browser.runtime import detail_of, document, fetch_text
from clientforms.engine import ClientFormSet
from clientforms.engine.data.to_json import to_plain
from clientforms.errors import UserCodeError

__all__ = ["Inspector", "describe", "extract", "install"]

_REFRESH = 60  # milliseconds: long enough to merge a burst of changes, short enough to look live


def install() -> None:
    """Start all inspectors of the page."""
    for panel in document.querySelectorAll("[data-inspect]"):
        Inspector(panel).start()


class Inspector:
    """One panel for one or more bound forms."""

    def __init__(self, panel: Any) -> None:
        self._panel = panel
        self._names = str(panel.getAttribute("data-inspect")).split()
        self._scope = Scope()

    def start(self) -> None:
        """Show the present state and update it after each change."""
        self._scope.listen(document, "formset:change", self._on_change)
        for binding in self._bindings():
            binding.scope.at_end(binding.live.subscribe(lambda _: self._soon()))
            binding.scope.at_end(self._scope.end)
        self._refresh()
        for code in self._panel.querySelectorAll("[data-source]"):
            task = asyncio.ensure_future(_show_source(code))
            task.add_done_callback(_raise_if_failed)

    def _bindings(self) -> list[Binding]:
        return [binding for binding in bindings() if binding.name in self._names]

    def _on_change(self, event: Any) -> None:
        if detail_of(event, "formsetName") in self._names:
            self._soon()

    def _soon(self) -> None:
        self._scope.later(
            "refresh", _REFRESH, lambda: pressed_pointer.after(self._scope, self._refresh)
        )

    def _refresh(self) -> None:
        post: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        cleaned: dict[str, Any] = {}
        for binding in self._bindings():
            post |= binding.live.post_data()
            try:
                errors[binding.name] = _errors(binding)
                cleaned[binding.name] = binding.cleaned_data()
            except UserCodeError as error:
                errors[binding.name] = cleaned[binding.name] = str(error)
        single = len(self._names) == 1
        for name, value in (("post", post), ("errors", errors), ("cleaned", cleaned)):
            shown = next(iter(value.values()), None) if single and name != "post" else value
            for place in self._panel.querySelectorAll(f'[data-json="{name}"]'):
                place.textContent = describe(shown)


def describe(value: Any) -> str:
    """Return indented JSON, with lists of plain values on one line."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: f"[{_one_line(found[1])}]", text)


def _one_line(items: str) -> str:
    return re.sub(r",\n\s+", ", ", items)


def extract(source: str, names: list[str]) -> str:
    """Return the parts of a module's `source` that define `names`, or all of it without names."""
    if not names:
        return source
    parts = []
    for node in ast.parse(source).body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                defined = {name}
            case ast.Assign(targets=targets):
                defined = {target.id for target in targets if isinstance(target, ast.Name)}
            case _:
                defined = set()
        if defined & set(names):
            parts.append(ast.get_source_segment(source, node) or "")
    return "\n\n\n".join(parts)


async def _show_source(code: Any) -> None:
    url = str(code.getAttribute("data-source"))
    names = str(code.getAttribute("data-source-names") or "").split()
    try:
        code.textContent = extract(await fetch_text(url), names)
    except OSError as error:
        code.textContent = str(error)


def _errors(binding: Binding) -> Any:
    live = binding.live
    errors = to_plain(live.errors)
    if isinstance(live, ClientFormSet):
        return {"forms": errors, "non_form_errors": to_plain(live.non_form_errors())}
    return errors


def _raise_if_failed(task: asyncio.Task[None]) -> None:
    task.result()
