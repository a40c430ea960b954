"""Make the user's Django formset and its forms, unbound and bound.

`formset_verdict.py` validates them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.forms import BaseForm, BaseFormSet, BaseInlineFormSet, BaseModelFormSet

from clientforms.engine.data import from_python as given
from clientforms.engine.models import model_arguments
from clientforms.engine.models.model_kinds import (
    as_choices,
    chooses_objects,
    for_models,
    has_database,
)
from clientforms.engine.post.control_names import PLACEHOLDER
from clientforms.engine.rows.prefixes import looks_at_its_number
from clientforms.engine.rows.row import Row
from clientforms.engine.rows.row_list import Rows
from clientforms.engine.shortcuts import switch
from clientforms.engine.shortcuts.cleaned_forms import HandedOut, with_kept_forms
from clientforms.engine.shortcuts.reused_forms import Reuse
from clientforms.engine.shortcuts.shared_fields import maker_with_shared_fields
from clientforms.engine.stamps.formset_stamps import StampedRows
from clientforms.engine.stamps.index_dependence import varies

__all__ = ["DjangoFormSet"]


class DjangoFormSet:
    """Makes Django's formset and forms of `formset_class` for `rows`.

    `arguments` and `initial` are passed to the class. `held` returns the present `data` and
    `files` of the page. Call `renew()` first.
    """

    def __init__(
        self,
        formset_class: type[BaseFormSet],
        rows: Rows,
        *,
        arguments: Mapping[str, Any],
        initial: Sequence[Mapping[str, Any]] | None,
        held: Callable[[], dict[str, Any]],
    ) -> None:
        self.formset_class = formset_class
        self._rows = rows
        self._held = held
        self._arguments = dict(arguments)
        self._options: dict[str, list[tuple[str, Any]]] = {}
        self.initial = given.checked_initial(self.prefix, initial)
        self._stores_nothing = issubclass(formset_class, BaseModelFormSet) and not has_database()
        self._plain_class = self._without_database() or formset_class
        self.varies = varies(formset_class)
        """Whether forms may depend on their number."""
        self.stamps = StampedRows(self._plain_class)
        # A model's form changes the instance that its formset holds.
        self._reused = not self.varies and not issubclass(formset_class, BaseModelFormSet)
        self.stays_cleaned = (
            switch.are_on() and not self.varies and not looks_at_its_number(self._plain_class)
        )
        """Whether renumbering a form, initial or extra, does not affect how Django cleans it."""
        self._make_form = maker_with_shared_fields(self._plain_class) if switch.are_on() else None
        self._reuse = Reuse(self._plain_class, shared=self._reused and self._make_form is not None)
        self.handed_out = HandedOut(rows)
        self._kept_class = with_kept_forms(
            self._plain_class, rows, self.handed_out, alike=not self.varies
        )
        self._cleaning: BaseFormSet | None = None
        self._in_one_go = False
        self._prefixes: list[str] = []
        self.empty: BaseFormSet
        """The unbound formset, as a server shows it first. `renew()` sets it."""

    @property
    def prefix(self) -> str:
        """The formset's prefix."""
        return str(self._arguments["prefix"])

    @property
    def asks_queryset(self) -> bool:
        """Whether the initial rows come from a queryset, either given or of a database."""
        is_model = issubclass(self.formset_class, BaseModelFormSet)
        return is_model and not (self._stores_nothing and self._arguments.get("queryset") is None)

    def prefix_of(self, index: int) -> str:
        """Return the prefix of the form at `index`, for example `articles-2`."""
        known = self._prefixes
        while index >= len(known):
            known.append(str(self.empty.add_prefix(len(known))))
        return known[index]

    def renew(self) -> None:
        """Make the unbound formset again with the present arguments."""
        self._cleaning = None
        self._prefixes = []
        arguments, initial = self._all_arguments()
        self.empty = self._kept_class(initial=initial, **model_arguments.for_unbound(arguments))

    def rename(self, prefix: str) -> None:
        """Change the prefix."""
        self._arguments["prefix"] = prefix
        self.renew()

    def take_options(self, options: Mapping[str, Any]) -> None:
        """Set the choices that a page shows for fields of related objects."""
        self._options.update({name: as_choices(pairs) for name, pairs in options.items()})
        if self._stores_nothing:
            self.renew()

    def find_parent(self, rows: Sequence[Mapping[str, Sequence[str]]]) -> None:
        """Take the parent of an inline formset from the hidden control of its rows."""
        if not issubclass(self.formset_class, BaseInlineFormSet):
            return
        name = self.formset_class.fk.name
        named = (row.get(f"{self.prefix_of(index)}-{name}") for index, row in enumerate(rows))
        if key := next((values[-1] for values in named if values and values[-1]), ""):
            self._arguments = for_models().with_parent(self.formset_class, self._arguments, key)
            self.renew()

    # Forms

    def blank_form(self, index: int, initial_count: int | None = None) -> BaseForm:
        """Return the unbound form that Django makes at `index`, even if there is no such row.

        The first `initial_count` rows count as initial ones, by default those that are.
        """
        with self._counting_initial(initial_count):
            kwargs = self.empty.get_form_kwargs(index)
            form: BaseForm = self.empty._construct_form(index, **kwargs)
        return form

    def blank_form_of(self, row: Row, index: int) -> BaseForm:
        """Return the unbound form that `row` would have at `index`."""
        with self._counting_initial():
            kwargs = self.empty.get_form_kwargs(index)
            form: BaseForm = self._plain_class._construct_form(self.empty, index, **kwargs)
        row.freeze_initial(form)
        return form

    def sample(self) -> tuple[BaseForm, str]:
        """Return Django's empty form, and its prefix."""
        return self.empty.empty_form, str(self.empty.add_prefix(PLACEHOLDER))

    def bound(self) -> BaseFormSet:
        """Return the formset, bound to the page's data, but not cleaned."""
        held = self._held()
        arguments, initial = self._all_arguments()
        formset = self._kept_class(**held, initial=initial, **model_arguments.for_bound(arguments))
        formset.files = formset.files or held["files"]  # Django replaces an empty one
        return formset

    def bound_form(self, row: Row, index: int) -> tuple[BaseForm, bool]:
        """Return the bound form of `row` at `index`, not cleaned, and whether it is new."""
        if self._cleaning is None or not (self._reused or self._in_one_go):
            self._cleaning = self.bound()
            if self._reused and self._make_form is not None:
                self._cleaning.form = self._make_form
        else:
            self._held()
        formset = self._cleaning
        spare, row.spare = row.spare, None
        if spare is not None and self._reuse.again(spare, formset, index):
            return spare, False
        form: BaseForm = formset._construct_form(index, **formset.get_form_kwargs(index))
        self._reuse.made(form)
        return form, True

    def arranged(self) -> None:
        """Note that rows were added, removed or renumbered."""
        self._cleaning = None

    @contextmanager
    def in_one_go(self) -> Iterator[None]:
        """Construct all forms in the block with one formset."""
        within, self._in_one_go = self._in_one_go, True
        if not (self._reused or within):
            self._cleaning = None
        try:
            yield
        finally:
            self._in_one_go = within

    # Private

    @contextmanager
    def _counting_initial(self, count: int | None = None) -> Iterator[None]:
        """Make the unbound formset count as many initial forms as a POST of the page would.

        That number, not the initial data, decides in Django's bound formset whether a form has
        DELETE (if `can_delete_extra` is off) and an initial ORDER. A queryset limits it.
        """
        empty = self.empty
        own = empty.initial_form_count()
        count = self._rows.initial_count if count is None else count
        if isinstance(empty, BaseModelFormSet):
            count = min(count, own)
        if count == own or not _counts_as_django(type(empty)):
            yield
            return
        empty.initial_form_count = lambda: count
        try:
            yield
        finally:
            del empty.initial_form_count

    def _without_database(self) -> type[BaseFormSet] | None:
        """Return a subclass that offers the page's choices of objects, None if it is not needed."""
        if has_database():
            return None
        if self._stores_nothing:
            return for_models().without_database(self.formset_class, self._options)
        if chooses_objects(self.formset_class.form.base_fields):
            return for_models().with_given_choices(self.formset_class, self._options)
        return None

    def _all_arguments(self) -> tuple[dict[str, Any], Sequence[Mapping[str, Any]] | None]:
        if self._stores_nothing:
            return for_models().as_rows(self.formset_class, self._arguments, self.initial)
        return self._arguments, self.initial


def _counts_as_django(formset_class: type[BaseFormSet]) -> bool:
    return formset_class.initial_form_count.__module__.startswith("django.")
