"""What a draft of one form holds now: the parts of its bindings, without secrets and files."""

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


_MANY = 100  # rows; to write what is in more takes longer than a user notices


def withhold(form: Any, bindings: Sequence[Binding]) -> None:
    """Tell what reads the controls of `form` without Python which fields are kept nowhere."""
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
        """Take in what no event told of."""
        for binding in self._bindings:
            binding.catch_up()

    def read(self) -> dict[str, Any]:
        """Return name of form or formset to what was typed into it, {} where nothing was."""
        self.find_secrets()
        parts = {binding.name: self._part(binding) for binding in self._bindings}
        return {name: part for name, part in (self._left | parts).items() if part}

    def states(self) -> dict[str, State]:
        """Return name of form or formset to its state, for `changes()` to compare."""
        return {binding.name: state_of(binding.live) for binding in self._bindings}

    def changes(self, states: Mapping[str, State], names: Collection[str]) -> dict[str, Any] | None:
        """Return what is otherwise than in the draft that was written in these `states`, by name.

        `names` has that draft. None if it has nothing of a form or formset that changed, or much did.
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
        """Return whether there are so many rows that it takes long to write what is in them."""
        return sum(len(binding.live.keys) for binding in self._bindings) > _MANY

    def keep(self, binding: Binding) -> None:
        """Hold on to what was typed into `binding`, which goes."""
        if part := self._part(binding):
            self._left[binding.name] = part

    def secret(self, name: str) -> Collection[str]:
        """Return the fields of the form or formset `name` that the page knows to be secret."""
        return self._secret.get(name, ())

    def find(self, name: str) -> Binding | None:
        """Return the binding called `name`, or None."""
        return next((binding for binding in self._bindings if binding.name == name), None)

    def was_refused(self) -> bool:
        """Return whether the page came with errors: a server did not take what was sent."""
        return any(binding.was_refused for outer in self._bindings for binding in outer.tree())

    def find_secrets(self) -> None:
        """Take note of secrets that only the page knows: a control may turn to text, to be read."""
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
