"""Apply each kind of change to the page: one table, for forms and formsets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from clientforms.browser.binding.row_elements import RowElements
from clientforms.browser.dom import author_messages
from clientforms.browser.dom.management_form import ManagementControls
from clientforms.browser.rows.formset_messages import WholeMessages
from clientforms.browser.rows.row_patches import RowPatches
from clientforms.browser.rows.row_values import RowValues
from clientforms.browser.rows.row_view import show_busy
from clientforms.browser.rows.row_views import RowViews
from clientforms.browser.rows.undo_offers import RemovalOffers
from clientforms.changes import (
    Change,
    CodeFailed,
    CodeRecovered,
    EditingChanged,
    FieldChoicesChanged,
    FieldErrorsChanged,
    FieldStateChanged,
    FormAdded,
    FormDeletionChanged,
    FormMoved,
    FormRemoved,
    FormRenumbered,
    FormReplaced,
    LimitsChanged,
    ManagementChanged,
    NonFieldErrorsChanged,
    NonFormErrorsChanged,
    NoteChanged,
    OrderChanged,
    PendingChanged,
    ValuesChanged,
    VerdictChanged,
)

__all__ = ["ChangePatches"]

_Patch = Callable[[Sequence[Any]], None]
"""Shows consecutive changes of one kind."""

_PLACES = {FormAdded, FormRemoved, FormRenumbered, FormReplaced, OrderChanged}
_REMOVABLE = {
    FormAdded,
    FormRemoved,
    FormReplaced,
    OrderChanged,
    FormDeletionChanged,
    LimitsChanged,
}


class ChangePatches:
    """Shows the changes of a live form or formset in the container of its binding."""

    def __init__(
        self,
        container: Any,
        views: RowViews,
        row_patches: RowPatches,
        values: RowValues,
    ) -> None:
        self._container = container
        self._views = views
        self._row_patches = row_patches
        self._whole: WholeMessages | None = None
        self._table: dict[type[Change], _Patch] = {
            FieldErrorsChanged: row_patches.show_field_errors,
            NonFieldErrorsChanged: _one_by_one(row_patches.show_top_errors),
            FieldStateChanged: _one_by_one(row_patches.show_state),
            FieldChoicesChanged: _one_by_one(row_patches.show_choices),
            EditingChanged: row_patches.show_editing,
            ValuesChanged: values.put,
            PendingChanged: _one_by_one(self._show_pending),
            NoteChanged: _one_by_one(self._show_note),
            CodeFailed: _one_by_one(self._show_failure),
            CodeRecovered: _one_by_one(self._clear_failure),
            VerdictChanged: lambda changes: None,  # only fires an event
        }
        self._afterwards: list[tuple[set[type[Change]], Callable[[], None]]] = []

    def add_formset(
        self,
        rows: RowElements,
        whole: WholeMessages,
        management: ManagementControls,
        offers: RemovalOffers,
    ) -> None:
        """Add the changes that only a formset has: of its rows, and of the whole."""
        self._whole = whole
        self._table |= {
            FormAdded: rows.add,
            FormRemoved: _one_by_one(rows.remove),
            FormReplaced: _one_by_one(rows.replace),
            FormRenumbered: rows.rename,
            OrderChanged: _one_by_one(rows.change_order),
            FormMoved: _one_by_one(rows.say_moved),
            FormDeletionChanged: _one_by_one(rows.change_deletion),
            LimitsChanged: _one_by_one(rows.show_limits),
            ManagementChanged: _one_by_one(lambda change: management.write(change.values)),
            NonFormErrorsChanged: _one_by_one(whole.show_errors),
        }
        self._afterwards = [
            (_PLACES, rows.show_new_places),
            (_PLACES, offers.show),
            (_REMOVABLE, rows.show_remove_all),
        ]

    def show(self, changes: Sequence[Change]) -> None:
        """Patch the page for all changes, consecutive ones of a kind at once."""
        kinds = {type(change) for change in changes}
        in_order = _renumbered_at_once(changes) if FormRenumbered in kinds else changes
        for kind, alike in groupby(in_order, type):
            self._table[kind](list(alike))
        for causes, follow in self._afterwards:
            if kinds & causes:
                follow()

    # Changes of a row or of the whole

    def _show_pending(self, change: PendingChanged) -> None:
        if change.key is None:
            show_busy(self._container, bool(change.fields))
        else:
            self._views[change.key].show_pending(change.fields)

    def _show_note(self, change: NoteChanged) -> None:
        if change.key is not None:
            self._row_patches.show_note(change.key, change.field, change.text)
        elif self._whole:
            self._whole.show_note(change.text)

    def _show_failure(self, change: CodeFailed) -> None:
        place = self._message_place(change.key)
        author_messages.show_message(place, change.message, name="code", details=change.traceback)

    def _clear_failure(self, change: CodeRecovered) -> None:
        author_messages.clear_message(self._message_place(change.key), "code")

    def _message_place(self, key: str | None) -> Any:
        view = self._views.get(key or "")
        return view.element if view else self._container


def _one_by_one(patch: Callable[[Any], None]) -> _Patch:
    def show(changes: Iterable[Any]) -> None:
        for change in changes:
            patch(change)

    return show


def _renumbered_at_once(changes: Sequence[Change]) -> list[Change]:
    """Move all renumberings to the first one, because rows may swap their names."""
    first = next(n for n, change in enumerate(changes) if isinstance(change, FormRenumbered))
    renumbered = [change for change in changes if isinstance(change, FormRenumbered)]
    rest = [change for change in changes[first:] if not isinstance(change, FormRenumbered)]
    return [*changes[:first], *renumbered, *rest]
