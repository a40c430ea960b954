"""Read the content of a draft of one form, without secrets and files."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from clientforms.browser.binding.binding import Binding
from clientforms.browser.runtime import keeping_script
from clientforms.engine.drafts.draft_data import State, draft_of, state_of
from clientforms.engine.rows.secret_fields import SECRET_HINTS, SECRET_START, withheld_names

__all__ = ["DraftContents", "withhold"]

_SECRET_CONTROLS = ", ".join(
    [
        'input[type="password"]',
        '[data-draft="off"][name]',
        *(f'[autocomplete~="{hint}"]' for hint in SECRET_HINTS),
        f'[autocomplete*="{SECRET_START}"]',
    ]
)


_MANY = 100  # rows; saving more takes noticeable time


def withhold(form: Any, bindings: Sequence[Binding]) -> None:
    """Pass the names of fields that drafts leave out to the scripts that read `form`."""
    names = {name for binding in bindings for name in withheld_names(binding.live.rows)}
    keeping_script().withhold(form, json.dumps(sorted(names)))


class DraftContents:
    """Reads what was typed into the bindings of one form."""

    def __init__(self, form: Any, bindings: Sequence[Binding]) -> None:
        self._form = form
        self._bindings = bindings
        self._secret: dict[str, set[str]] = {}
        self._left: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Binding]:
        return iter(self._bindings)

    def catch_up(self) -> None:
        """Read changes that fired no event."""
        for binding in self._bindings:
            binding.catch_up()

    def read(self) -> dict[str, Any]:
        """Return what was typed, by name of form or formset."""
        self.find_secrets()
        parts = {binding.name: self._part(binding) for binding in self._bindings}
        return {name: part for name, part in (self._left | parts).items() if part}

    def states(self) -> dict[str, State]:
        """Return the states for `changes()`, by name of form or formset."""
        return {binding.name: state_of(binding.live) for binding in self._bindings}

    def changes(self, states: Mapping[str, State], names: Collection[str]) -> dict[str, Any] | None:
        """Return the changes since a draft was saved in these `states`, by name.

        `names` are those in that draft. Returns None if it lacks a changed form or formset, or if too
        many rows changed.
        """
        self.find_secrets()
        found: dict[str, Any] = {}
        for binding in self._bindings:
            name = binding.name
            before = states.get(name)
            if before == state_of(binding.live):
                continue
            if before is None or name not in names:
                return None
            found[name] = draft_of(binding.live, self.secret(name), since=before)
        rows = sum(not isinstance(row, str) for part in found.values() for row in part["rows"])
        return found if rows <= _MANY else None

    def are_many(self) -> bool:
        """Return whether there are so many rows that saving them takes noticeable time."""
        return sum(len(binding.live.keys) for binding in self._bindings) > _MANY

    def keep(self, binding: Binding) -> None:
        """Keep what was typed into `binding`, which is being removed."""
        if part := self._part(binding):
            self._left[binding.name] = part

    def secret(self, name: str) -> Collection[str]:
        """Return the fields of the form or formset `name` that the page knows to be secret."""
        return self._secret.get(name, ())

    def find(self, name: str) -> Binding | None:
        """Return the binding called `name`, or None."""
        return next((binding for binding in self._bindings if binding.name == name), None)

    def was_refused(self) -> bool:
        """Return whether the page came with errors because the server refused what was sent."""
        return any(binding.was_refused for outer in self._bindings for binding in outer.tree())

    def find_secrets(self) -> None:
        """Remember secrets by their controls, because a control may become a text input later."""
        for control in self._form.querySelectorAll(_SECRET_CONTROLS):
            for binding in self._bindings:
                if place := binding.events.field_at(control):
                    self._secret.setdefault(binding.name, set()).add(place[1])

    def _part(self, binding: Binding) -> dict[str, Any] | None:
        filled = {
            place
            for control in self._form.querySelectorAll('input[type="file"]')
            if control.files.length and (place := binding.events.field_at(control))
        }
        return draft_of(binding.live, self.secret(binding.name), filled)
