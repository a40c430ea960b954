"""Make the user's Django form, unbound and bound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.forms import BaseForm, BaseModelForm

from clientforms.engine.models.model_kinds import (
    as_choices,
    chooses_objects,
    for_models,
    has_database,
    is_model,
)
from clientforms.engine.rows.row import Row

__all__ = ["DjangoForm"]


class DjangoForm:
    """Makes Django's forms of `form_class` for `row`, the only row of a plain form.

    `arguments` are passed to the class in addition to `initial`.
    """

    def __init__(
        self,
        form_class: type[BaseForm],
        row: Row,
        *,
        arguments: Mapping[str, Any],
        initial: Mapping[str, Any] | None,
    ) -> None:
        self.form_class = form_class
        self.initial = dict(initial or {})
        self._row = row
        self._arguments = dict(arguments)
        self._options: dict[str, list[tuple[str, Any]]] = {}

    def take_options(self, options: Mapping[str, Sequence[tuple[str, Any]]]) -> None:
        """Set choices of fields of related objects: pairs of key and label, by field name."""
        self._options.update({name: as_choices(pairs) for name, pairs in options.items()})

    def unbound(self) -> BaseForm:
        """Return the unbound form."""
        return self._make()

    def bound(self, held: Mapping[str, Any]) -> BaseForm:
        """Return the form bound to the `data` and `files` in `held`, not cleaned."""
        form = self._make(**held)
        self._row.describe(form, None)
        return form

    def _make(self, **bound: Any) -> BaseForm:
        given = self._arguments
        if is_model(given.get("instance")):
            given = for_models().own_instance(given)
        form = self.form_class(initial=dict(self.initial), **given, **bound)
        if not has_database():
            if isinstance(form, BaseModelForm):
                for_models().leave_to_server(form, self._options)
            elif chooses_objects(form.fields):
                for_models().give_keys(form, {}, self._options)
        self._row.freeze_initial(form)
        return form
