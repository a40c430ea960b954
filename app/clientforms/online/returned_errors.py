"""Shows the server's errors at their fields, in the right rows even if those have moved since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS

from clientforms.browser.binding.binding import Binding
from clientforms.browser.binding.formset_binding import FormSetBinding
from clientforms.browser.page.containers import bindings_of, group_of
from clientforms.engine import ClientForm

__all__ = ["SentForms", "clear_errors"]

Errors = dict[str, list[str]]


class SentForms:
    """The live forms of a `<form>`, as they were when it was sent."""

    def __init__(self, form: Any) -> None:
        self._form = form
        everywhere = [binding for outer in bindings_of(form) for binding in outer.tree()]
        self._parts = [_Part(each) for each in everywhere]

    def are_unchanged(self) -> bool:
        """Return whether all forms still hold what was sent."""
        return all(part.is_unchanged() for part in self._parts)

    def show_errors(self, errors: Iterable[Any]) -> list[str]:
        """Show errors from the server's JSON, and move the focus to them.

        Returns the messages that belong to no field or form in the page. Errors of fields that were changed since
        the form was sent are not shown.
        """
        homeless: list[str] = []
        shown: list[Binding] = []
        for found in errors:
            if not isinstance(found, Mapping):
                continue
            part = self._part(found)
            if part:
                homeless += part.show(found)
                shown.append(part.binding)
            else:
                homeless += _all_messages(found)
        group = group_of(self._form)
        if group and any(binding.shown_errors()[0] for binding in shown):
            group.refuse()
        return homeless

    def _part(self, found: Mapping[str, Any]) -> _Part | None:
        """Return the form or formset that these errors belong to. Forms with the same prefix differ by their fields."""
        prefix = str(found.get("prefix") or "")
        parts = [part for part in self._parts if part.prefix == prefix and part.is_there()]
        return max(parts, key=lambda part: part.count_known(found.get("errors")), default=None)


class _Part:
    """One sent form or formset, with the order and the posted data of its rows."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.prefix = str(binding.live.prefix or "")
        self._keys = list(binding.live.keys)
        self._posted = binding.live.post_data()
        self._prefixes = [_prefix_of(binding, index) for index in range(len(self._keys))]

    def is_there(self) -> bool:
        return self.binding.is_bound()

    def is_unchanged(self) -> bool:
        return self.is_there() and self.binding.live.post_data() == self._posted

    def count_known(self, names: Any) -> int:
        """Return how many of these names are names of the form's fields."""
        live = self.binding.live
        if not (isinstance(live, ClientForm) and isinstance(names, Mapping)):
            return 0
        return len(live.rows[0].fields.keys() & names.keys())

    def show(self, found: Mapping[str, Any]) -> list[str]:
        """Show the errors of this form or formset. Returns the messages that belong to no known field."""
        live = self.binding.live
        if isinstance(live, ClientForm):
            own, homeless = self._of_row(0, found.get("errors"))
            live.set_errors(own)
            return homeless
        named: Errors = {}
        homeless = []
        rows = found.get("forms")
        for number, errors in enumerate(rows if isinstance(rows, list) else []):
            if not errors:
                continue
            place = live.index_of(self._keys[number]) if number < len(self._keys) else None
            if place is None:
                continue  # the row was removed
            own, others = self._of_row(number, errors)
            homeless += others
            prefix = live.prefix_of(place)
            for name, messages in own.items():
                named[prefix if name == NON_FIELD_ERRORS else f"{prefix}-{name}"] = messages
        if whole := _messages(found.get("non_form_errors")):
            named[NON_FIELD_ERRORS] = whole
        live.set_errors(named)
        return homeless

    def _of_row(self, number: int, errors: Any) -> tuple[Errors, list[str]]:
        """Return the errors of a row by field, without those of changed fields, and the messages for unknown fields."""
        live = self.binding.live
        place = live.index_of(self._keys[number])
        if place is None or not isinstance(errors, Mapping):
            return {}, []
        fields = live.rows[place].fields
        own: Errors = {}
        homeless: list[str] = []
        for name, value in errors.items():
            messages = _messages(value)
            if name == NON_FIELD_ERRORS:
                own[name] = messages
            elif name not in fields:
                homeless += [f"{name}: {message}" for message in messages]
            elif not self._has_changed(number, place, name):
                own[name] = messages
        return own, homeless

    def _has_changed(self, number: int, place: int, name: str) -> bool:
        now = self.binding.live.post_data()
        before = _values(self._posted, self._prefixes[number] + name)
        return before != _values(now, _prefix_of(self.binding, place) + name)


def clear_errors(binding: Binding) -> None:
    """Remove the server's errors from a live form, because it is being sent again."""
    live = binding.live
    if isinstance(live, ClientForm):
        live.set_errors({})
    else:
        live.set_errors([])


def _prefix_of(binding: Binding, index: int) -> str:
    """Return the prefix of control names in a row, including the hyphen."""
    if isinstance(binding, FormSetBinding):
        return f"{binding.live.prefix_of(index)}-"
    return f"{binding.live.prefix}-" if binding.live.prefix else ""


def _values(posted: Mapping[str, list[str]], name: str) -> dict[str, list[str]]:
    """Return the posted values of a field's controls, by the suffix of the control's name."""
    return {
        key.removeprefix(name): values
        for key, values in posted.items()
        if key == name or key.startswith(f"{name}_")
    }


def _messages(value: Any) -> list[str]:
    found = []
    for each in value if isinstance(value, list) else [value]:
        message = each.get("message") if isinstance(each, Mapping) else each
        if isinstance(message, str):
            found.append(message)
    return found


def _all_messages(found: Mapping[str, Any]) -> list[str]:
    """Return all messages for a form that is not live in this page."""
    rows = found.get("forms")
    messages = _messages(found.get("non_form_errors"))
    for errors in [found.get("errors"), *(rows if isinstance(rows, list) else [])]:
        if isinstance(errors, Mapping):
            for name, value in errors.items():
                before = "" if name == NON_FIELD_ERRORS else f"{name}: "
                messages += [before + message for message in _messages(value)]
    return messages
