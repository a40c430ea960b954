"""Validate a whole formset in separate tasks, so that the page can respond to keys."""

from __future__ import annotations

from clientforms.browser.dom.garbage_collection import tidy_soon
from clientforms.browser.dom.scope import Scope
from clientforms.engine import ClientForm, ClientFormSet

__all__ = ["Postponing"]

_ROWS_AT_A_TIME = 20  # about ten milliseconds of cleaning: the longest that a key has to wait
_VERDICT, _AHEAD = ("", "verdict"), ("", "ahead")


class Postponing:
    """Makes a live form or formset publish single rows at once, and the rest a moment later."""

    def __init__(self, live: ClientForm | ClientFormSet, scope: Scope) -> None:
        self._live = live
        self._scope = scope

    def start(self) -> None:
        """Postpone from now on, and clean in advance what the first verdict needs."""
        self._live.postpone = self._soon
        self._scope.at_end(self._end)
        self._scope.later(_AHEAD, 0, self._clean_ahead)

    def _end(self) -> None:
        self._live.postpone = None

    def _soon(self) -> None:
        self._scope.later(_VERDICT, 0, self._go_on)

    def _go_on(self) -> None:
        if self._live.clean_some(_ROWS_AT_A_TIME):
            self._live.refresh(verdict=False)
            # In its own task: listeners get the cleaned data of all rows, which takes time.
            self._scope.later(_VERDICT, 0, self._finish)
        else:
            self._soon()

    def _finish(self) -> None:
        self._live.refresh()
        tidy_soon()

    def _clean_ahead(self) -> None:
        if not self._live.clean_some(_ROWS_AT_A_TIME):
            self._scope.later(_AHEAD, 0, self._clean_ahead)
