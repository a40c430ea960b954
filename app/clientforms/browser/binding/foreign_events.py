"""Avoid firing events about rows that other scripts, such as Django's admin, fired already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import detail_of, document

__all__ = ["ForeignEvents"]

_ADDED, _REMOVED = "formset:added", "formset:removed"


class _Named(Protocol):
    @property
    def prefix(self) -> str:
        """The formset's prefix at this moment."""


class ForeignEvents:
    """Events that another script fired about one formset's rows in the running task.

    The rows themselves are noticed right after that; see `foreign_rows.py`.
    """

    def __init__(self, formset: _Named) -> None:
        self._formset = formset
        self._added: list[Any] = []
        self._removed = 0
        self._is_own = False
        self._is_leaving = False

    def listen(self, scope: Scope) -> None:
        """Listen until `scope` ends."""
        for name in (_ADDED, _REMOVED):
            scope.listen(document, name, lambda event: self._hear(event, scope), capture=True)

    @contextmanager
    def own(self) -> Iterator[None]:
        """Mark events fired in this block as our own."""
        before, self._is_own = self._is_own, True
        try:
            yield
        finally:
            self._is_own = before

    @contextmanager
    def row_gone(self) -> Iterator[None]:
        """Mark the row removed in this block as removed by another script."""
        self._is_leaving = True
        try:
            yield
        finally:
            self._is_leaving = False

    def was_told(self, target: Any, name: str) -> bool:
        """Return, once, whether the event `name` about the row `target` was fired by another script."""
        if name == _ADDED:
            found = next((row for row in self._added if row.isSameNode(target)), None)
            if found:
                self._added.remove(found)
            return found is not None
        if name == _REMOVED and self._is_leaving and self._removed:
            self._removed -= 1
            return True
        return False

    def _hear(self, event: Any, scope: Scope) -> None:
        if self._is_own or detail_of(event, "formsetName") != self._formset.prefix:
            return
        if event.type == _ADDED:
            self._added.append(event.target)
        else:
            self._removed += 1
        scope.soon(self._forget)  # after the observer's report, which was queued before the event

    def _forget(self) -> None:
        self._added.clear()
        self._removed = 0
