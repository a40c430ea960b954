"""The part of ClientForm that only the page uses: markup and drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clientforms.engine.data import from_python as given
from clientforms.engine.live.django_form import DjangoForm
from clientforms.engine.rows.files import StoredFile
from clientforms.engine.rows.row import Content
from clientforms.engine.rows.row_changes import RowChanges

__all__ = ["FormInPage"]


class FormInPage:
    """The attribute `in_page` of a ClientForm.

    `settle` cleans the form and publishes the changes.
    """

    def __init__(self, django: DjangoForm, rows: RowChanges, *, settle: Callable[[], None]) -> None:
        self._django = django
        self._store = rows
        self._settle = settle

    def take_over(
        self,
        posted: Mapping[str, Sequence[str]],
        stored: Mapping[str, StoredFile] | None = None,
        locked: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Start from existing markup; `posted` has the first values of its controls.

        Without initial data, those values become the initial data. `stored` are the files on the
        server that the markup shows, by the name of their control; `locked` are the values of
        disabled controls, which post nothing.
        """
        (row,), django = self._store.rows, self._django
        row.begin_with_markup({name: list(values) for name, values in posted.items()})
        if not django.initial:
            django.initial = given.to_initial(django.unbound(), row.values)
        if locked:
            django.initial = given.locked_initial(django.unbound(), locked) | django.initial
        for name, file in (stored or {}).items():
            if field := row.field_of(name):
                django.initial.setdefault(field, file)
        self._store.changed(row)

    def take_options(self, options: Mapping[str, Sequence[tuple[str, Any]]]) -> None:
        """Set the choices that a page shows for fields of related objects.

        They are pairs of primary key and label, or of a group's label and its pairs, by field name,
        and are used without a database only. Call this before `take_over()` or `reset()`.
        """
        self._django.take_options(options)

    def put_back(self, content: Content) -> None:
        """Restore `content` into the form's row."""
        content.put_into_row()
        self._store.changed(content.row)
        self._settle()
