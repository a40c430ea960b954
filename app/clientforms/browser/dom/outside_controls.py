"""Controls outside a container that belong to its form by the attribute `form`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from clientforms.browser.dom.form_controls import posting_controls
from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import document, rows_script
from clientforms.engine.post.control_names import to_local

__all__ = ["Elsewhere", "with_labels"]


class Elsewhere:
    """The controls in the document whose `form` attribute names the container's form."""

    def __init__(self, container: Any, form: Any, scope: Scope) -> None:
        self._container = container
        self._form_id = str(form.id) if form.tagName == "FORM" else ""
        self._script = rows_script()
        # Even if the form has no id, because rows.js caches rows while it watches.
        self._script.watch(True)
        scope.at_end(lambda: self._script.watch(False))

    @property
    def is_possible(self) -> bool:
        """Whether the form has an id, so that controls can refer to it."""
        return bool(self._form_id)

    def controls(self, prefix: str | None) -> list[Any]:
        """Return those whose names belong to the form with `prefix`, or all without a prefix."""
        if not self._form_id:
            return []
        found = self._script.outside(self._form_id, self._container)
        if not found.length:
            return []
        return [
            control for control in posting_controls(found) if to_local(str(control.name), prefix)
        ]

    def has(self, target: Any) -> bool:
        """Return whether an event's target is such a control."""
        return (
            target.nodeType == 1
            and target.getAttribute("form") == self._form_id
            and not self._container.contains(target)
        )

    def listen(
        self, scope: Scope, event: str, callback: Callable[[Any], None], *, capture: bool = False
    ) -> None:
        """Call `callback` for each `event` on such a control."""
        if self._form_id:
            scope.listen(
                document,
                event,
                lambda event: callback(event) if self.has(event.target) else None,
                capture=capture,
            )


def with_labels(controls: Iterable[Any]) -> list[Any]:
    """Return the controls and the labels that point at them."""
    found = []
    for control in controls:
        found += [control, *(control.labels or ())]
    return found
