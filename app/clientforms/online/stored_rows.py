"""Updates a formset after its server saved it and the page stays: saved rows become initial rows.

Anything that was typed, added or removed while the formset was being sent is preserved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

from clientforms.browser.binding.formset_binding import FormSetBinding
from clientforms.browser.runtime import css_escape, document
from clientforms.engine import ClientFormSet
from clientforms.engine.post.control_names import to_local, to_posted
from clientforms.engine.rows.row import Row

__all__ = ["SentRows"]

_OWN = (DELETION_FIELD_NAME, ORDERING_FIELD_NAME)
Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class _Now:
    """The state of a row before the formset is reset."""

    values: Values
    is_deleted: bool
    is_blank: bool


class SentRows:
    """The rows of a formset as they were sent."""

    def __init__(self, binding: FormSetBinding) -> None:
        self._binding = binding
        self._keys = list(binding.live.keys)
        self._sent = {row.key: _Now(row.values, row.deleted, False) for row in binding.live.rows}

    @property
    def prefix(self) -> str:
        """The formset's prefix."""
        return str(self._binding.live.prefix)

    def fits(self, stored: Mapping[str, Any]) -> bool:
        """Return whether the server's `stored` rows are those of this formset."""
        return stored.get("prefix") == self.prefix and len(stored["rows"]) == len(self._keys)

    def go_on(self, stored: Mapping[str, Any], cleaned: Sequence[Mapping[str, Any]]) -> None:
        """Reset the formset to the `stored` rows. Values that `stored` does not contain are taken from `cleaned`."""
        live = self._binding.live
        found = dict(zip(self._keys, stored["rows"], strict=True))
        values = dict(zip(self._keys, cleaned, strict=True))
        saved = [key for key in self._keys if found[key] and found[key].get("key")]
        if live.can_order:
            saved.sort(key=lambda key: values[key].get(ORDERING_FIELD_NAME) or len(values))
        now = {row.key: _Now(row.values, row.deleted, _is_blank(row)) for row in _in_order(live)}
        others = [
            key
            for key, row in now.items()
            if key not in saved and found.get(key, {}) is not None and not row.is_blank
        ]
        focus = _Focus(self._binding)
        self._binding.events.cancel_pauses()
        with live.unrecorded():
            live.reset(
                [self._initial(live, stored["name"], found[key], values[key]) for key in saved]
            )
            for index, key in enumerate(saved):
                if key in now and now[key].values != self._sent[key].values:
                    _type(live, index, now[key].values, {*_OWN, stored["name"]})
            for index, key in enumerate(others, len(saved)):
                if index >= len(live):
                    live.add_another()
                _type(live, index, now[key].values, {*_OWN, stored["name"]})
            self._remove_again(live, saved, now)
        focus.give_back([*saved, *others])

    def _initial(
        self, live: ClientFormSet, name: str, found: Mapping[str, Any], cleaned: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the initial data of a stored row, with the files that the server has now."""
        files = found.get("files", {})
        fields = live.empty_form.fields
        given = {
            field: value
            for field, value in cleaned.items()
            if field not in (*_OWN, name) and not _is_file(fields.get(field))
        }
        return {**live.initial_from_json([{**given, **files}])[0], name: found["key"]}

    def _remove_again(
        self, live: ClientFormSet, saved: Sequence[str], now: Mapping[str, _Now]
    ) -> None:
        """Remove the rows that were removed while the formset was being sent."""
        gone = [
            index
            for index, key in enumerate(saved)
            if key not in now or (now[key].is_deleted and not self._sent[key].is_deleted)
        ]
        if gone and live.can_delete:
            live.remove_form(gone)


class _Focus:
    """The focused control of a formset, to restore the focus after the rows are replaced."""

    def __init__(self, binding: FormSetBinding) -> None:
        self._binding = binding
        self._key = self._local = ""
        active = document.activeElement
        if not (active and binding.container.contains(active)):
            return
        name = str(active.getAttribute("name") or "")
        for index, key in enumerate(binding.live.keys):
            local = to_local(name, binding.live.prefix_of(index))
            if local is not None:
                self._key, self._local = key, local

    def give_back(self, keys: Sequence[str]) -> None:
        """Restore the focus. `keys` are the previous keys of the rows, by index."""
        if self._key not in keys:
            return
        name = to_posted(self._local, self._binding.live.prefix_of(keys.index(self._key)))
        control = self._binding.container.querySelector(f'[name="{css_escape(name)}"]')
        if control:
            control.focus()


def _in_order(live: ClientFormSet) -> list[Row]:
    rows = {row.key: row for row in live.rows}
    return [rows[key] for key in live.order]


def _is_blank(row: Row) -> bool:
    return row.values == row.start and not row.files


def _is_file(field: Any) -> bool:
    return field is not None and field.widget.needs_multipart_form


def _type(live: ClientFormSet, index: int, values: Values, without: set[str]) -> None:
    """Set the values of a row, except those of the fields `without`."""
    row = live.rows[index]
    names = [
        local
        for local in {**row.values, **values}
        if not local.startswith("initial-") and row.field_of(local) not in {None, *without}
    ]
    prefix = live.prefix_of(index)
    live.update_data({to_posted(local, prefix): list(values.get(local, ())) for local in names})
