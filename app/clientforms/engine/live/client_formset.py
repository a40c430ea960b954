"""ClientFormSet: a Django formset, live.

Each of its parts has its own module: `django_formset` makes Django's forms, `formset_verdict`
validates, `row_store` makes rows, `row_order` and `arrangement` put them in place, `row_actions`
and `formset_data` change them, `formset_html` renders them, and `formset_in_page` serves the page
that shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.forms.utils import ErrorList

from clientforms.changes import Change, LimitsChanged
from clientforms.engine.data import from_python as given
from clientforms.engine.data.to_json import to_plain
from clientforms.engine.html.row_names import row_label_of
from clientforms.engine.live.arrangement import Arrangement
from clientforms.engine.live.django_formset import DjangoFormSet
from clientforms.engine.live.formset_data import Data, FormSetData
from clientforms.engine.live.formset_html import FormSetHtml
from clientforms.engine.live.formset_in_page import FormSetInPage
from clientforms.engine.live.formset_verdict import FormSetVerdict
from clientforms.engine.live.live_forms import LiveForms
from clientforms.engine.live.nested_formsets import NestedFormSets, Place
from clientforms.engine.live.row_actions import RowActions, Values
from clientforms.engine.live.row_order import RowOrder
from clientforms.engine.live.row_store import RowStore
from clientforms.engine.reports.async_answers import pending_changes
from clientforms.engine.rows.history import Removal
from clientforms.engine.rows.row import Row
from clientforms.engine.rules.validation_policy import AUTO_DELAY, ValidationPolicy
from clientforms.errors import DataError, TargetError, UserCodeError

__all__ = ["ClientFormSet"]


class ClientFormSet(LiveForms):
    """A Django formset whose rows can be added, removed and changed, and are always validated.

    `formset_class` is used unchanged. `prefix`, `initial`, `form_kwargs`, `auto_id` and
    `error_messages` are those of Django; other arguments of the class go into `formset_kwargs`.
    `validation` is a policy or its event names, `delay` is in milliseconds. Other attributes are
    those of the Django formset (`forms`, `deleted_forms`, `media`, …).
    """

    _store: RowStore
    _arrangement: Arrangement
    inside: Place | None = None
    """The row that contains this formset, if it is nested in another."""
    is_replacing = False
    """Whether `set_data()`, `update_data()` or `reset()` runs, or a draft is put back: no row was added or removed by itself."""
    _row_label = ""

    def __init__(
        self,
        formset_class: type[BaseFormSet],
        *,
        prefix: str | None = None,
        initial: Sequence[Mapping[str, Any]] | None = None,
        form_kwargs: Mapping[str, Any] | None = None,
        auto_id: str | bool = "id_%s",
        error_messages: Mapping[str, str] | None = None,
        formset_kwargs: Mapping[str, Any] | None = None,
        validation: str | ValidationPolicy = "auto",
        delay: int = AUTO_DELAY,
    ) -> None:
        if not (isinstance(formset_class, type) and issubclass(formset_class, BaseFormSet)):
            raise TargetError(
                f"ClientFormSet needs a formset class, as formset_factory makes, "
                f"got {formset_class!r}. For a form class use ClientForm."
            )
        name = prefix or formset_class.get_default_prefix()
        super().__init__(name, validation, delay)
        self.formset_class = formset_class
        arguments = {
            "prefix": name,
            "form_kwargs": dict(form_kwargs or {}),
            "auto_id": auto_id,
            **({"error_messages": dict(error_messages)} if error_messages else {}),
            **(formset_kwargs or {}),
        }
        self._django = DjangoFormSet(
            formset_class, self._rows, arguments=arguments, initial=initial,
            held=self._held,
        )  # fmt: skip
        # Called eight times for each row: delegating would take as long as the call itself.
        self.prefix_of = self._django.prefix_of  # type: ignore[method-assign]
        self._verdict = FormSetVerdict(
            self._django, self._rows, clean_rows=self._clean_rows, post_data=self.post_data,
            failed=lambda error: self._user_code_error(error, self.name),
        )  # fmt: skip
        self._nested = NestedFormSets(
            self._rows, name=lambda: self.name, prefix_of=self.prefix_of, make=self._make_inner,
            changed=lambda row: self._store.changed(row, keep_added=True),
            settle=partial(self._settle, now=True),
        )  # fmt: skip
        self._store = RowStore(
            self._rows, self._held_data, self._django, self._verdict, self._nested,
            changed=self._tell_outside,
        )  # fmt: skip
        self._html = FormSetHtml(
            self._django, self._store, layout=lambda: self.layout, render=super().render_row
        )
        self._order = RowOrder(
            self._django, self._store, probe=self._probe, decide=self._verdict.decide
        )
        self._arrangement = Arrangement(
            self._django, self._store, self._order, self._verdict, self._nested, self._html,
            self._checks, settle=self._settle,
        )  # fmt: skip
        self._actions = RowActions(
            self._django, self._store, self._order, self._arrangement, self._verdict
        )
        self._data = FormSetData(
            self._django, self._store, self._order, self._verdict, self._arrangement, self._nested,
            self._html,
        )  # fmt: skip
        self.in_page = FormSetInPage(
            self._django, self._store, self._order, self._arrangement, self._verdict, self._nested,
            self._data, self._html,
            index_of=self._index_of, place=lambda: self.inside,
        )  # fmt: skip
        self._start()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.formset, name)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[BaseForm]:
        return iter(self.formset)

    def __getitem__(self, index: int) -> BaseForm:
        return self.formset[index]

    # Reading

    @property
    def prefix(self) -> str:
        """The formset's prefix."""
        return self._django.prefix

    def prefix_of(self, index: int) -> str:
        """Return the prefix of the form at `index`, for example `articles-2`."""
        return self._django.prefix_of(index)

    @property
    def order(self) -> list[str]:
        """The keys of the rows in the order of the page.

        Initial rows keep their numbers when they are moved, so the places in the page can differ
        from the numbers in the names.
        """
        return self._order.keys

    @property
    def formset(self) -> BaseFormSet:
        """The Django formset, bound to what the page would post now, and cleaned.

        Raises UserCodeError if a form's or the formset's own code raised an exception.
        """
        self._django.handed_out.seen()
        return self._checked_formset()

    @property
    def row_label(self) -> str:
        """The noun for a row, such as “Article”; the form's or model's own while none is set."""
        return self._row_label or row_label_of(self.formset_class)

    @row_label.setter
    def row_label(self, label: str) -> None:
        self._row_label = label

    def form_at(self, index: int) -> BaseForm:
        """Return the cleaned Django form at `index`. Raises TargetError if there is none."""
        self._actions.row_at(index)
        form: BaseForm = self.formset.forms[index]
        return form

    @property
    def initial(self) -> list[Mapping[str, Any]] | None:
        """The initial data, one mapping per initial row."""
        return self._django.initial

    def initial_from_json(self, data: Any) -> list[dict[str, Any]]:
        """Return initial data with text, such as a date, converted to the fields' Python values."""
        if not isinstance(data, list):
            raise DataError(
                f"{self.name}: initial data is a list of one object per form, got {data!r}."
            )
        fields = self._sample()[0].fields
        return [given.initial_from_json(fields, row, self.name) for row in data]

    @property
    def errors(self) -> list[Any]:
        """The errors of each form that is not deleted, like Django's `formset.errors`."""
        errors: list[Any] = self.formset.errors
        return errors

    @property
    def cleaned_data(self) -> list[dict[str, Any]]:
        """Each form's cleaned data. Raises AttributeError if the formset is invalid, as in Django."""
        cleaned: list[dict[str, Any]] = self.formset.cleaned_data
        return cleaned

    def plain_cleaned_data(self) -> Any:
        """Return `cleaned_data` as plain JSON values."""
        if self.formset_class.cleaned_data is not BaseFormSet.cleaned_data:
            return to_plain(self.cleaned_data)
        return to_plain(self._checked_formset().cleaned_data)  # no other code sees the forms

    def non_form_errors(self) -> ErrorList:
        """Return the errors of the formset as a whole."""
        return self.formset.non_form_errors()

    def is_valid(self) -> bool:
        """Return whether Django finds no error in what the page would post now.

        Nested formsets count too, even if the user's own `is_valid()` ignores them.
        """
        if self.formset_class.is_valid is not BaseFormSet.is_valid:
            self._django.handed_out.seen()
        valid = bool(self._checked_formset().is_valid())
        return valid and all(inner.is_valid() for inner in self._nested)

    def total_form_count(self) -> int:
        """Return the number of rows, including deleted ones."""
        return len(self._rows)

    def initial_form_count(self) -> int:
        """Return the number of initial rows."""
        return self._rows.initial_count

    def is_deleted(self, index: int) -> bool:
        """Return whether the form at `index` is marked for deletion."""
        self._verdict.decide()
        return self._actions.row_at(index).deleted

    def management_data(self) -> dict[str, str]:
        """Return the management form's controls: full name to value."""
        return self._store.management_data()

    def takes_files(self) -> bool:
        """Return whether the forms may have fields for files."""
        return self._django.varies or super().takes_files()

    def limits(self) -> LimitsChanged:
        """Return whether rows can be added and removed now."""
        return self._verdict.limits()

    def nested(self, key: str) -> Mapping[str, ClientFormSet]:
        """Return the formsets nested in the row `key`, by the attribute of the form."""
        return dict(self._rows[self._index_of(key)].nested)

    def place_of(self, name: str) -> tuple[int, str | None]:
        """Return the row number and the field of a posted name or a form's prefix."""
        return self._data.place_of(name)

    def blank_form(self, index: int) -> BaseForm:
        """Return the unbound form that Django makes at `index`, whether a row is there or not."""
        return self._django.blank_form(index)

    def post_data(self) -> dict[str, list[str]]:
        """Return what a POST would carry now: name to list of strings. Files are left out."""
        posted = {name: [value] for name, value in self.management_data().items()}
        posted |= super().post_data()
        for inner in self._nested.posted():
            posted |= inner.post_data()
        return posted

    def posted_files(self) -> dict[str, list[Any]]:
        """Return the files that a POST would carry: name to list of `UploadedFile`."""
        files = super().posted_files()
        for inner in self._nested.posted():
            files |= inner.posted_files()
        return files

    # HTML

    def render_formset(self) -> str:
        """Return the HTML of the formset, without errors, if it has a template of its own.

        It is empty for Django's template, because rows are then rendered one by one.
        """
        return self._html.whole()

    def render_row(self, index: int) -> str:
        """Return the HTML of the form at `index`, without errors, which are reported as changes."""
        return self._html.rows([index])[0]

    def render_rows(self, indexes: Sequence[int]) -> list[str]:
        """Return the HTML of these forms, like `render_row()`."""
        return self._html.rows(indexes)

    # Rows

    def add_another(self, values: Values | None = None) -> int:
        """Add one or more rows at the end, and return the index of the first. See `insert()`."""
        return self.insert(len(self._rows), values)

    def insert(self, index: int, values: Values | None = None) -> int:
        """Add one or more rows at `index`, after the initial rows, and return the index.

        A row is blank without `values`, which map field names to values as in `set_data()`; a list
        of such objects adds a row for each, in one step for `undo()`. Raises, without changing
        anything, LimitError if there would be too many rows, TargetError if no row can be added at
        `index`, DataError if values do not fit.
        """
        return self._actions.insert(index, values)

    def duplicate(self, index: int) -> int:
        """Add a copy of the row at `index` after it, and return the index of the copy.

        A copy of an initial row comes after all initial rows, unless some row was moved. Files,
        hidden fields, ORDER and DELETE are not copied, because they identify the row. Raises
        TargetError if there is no such row, LimitError at the maximum.
        """
        return self._actions.duplicate(index)

    def remove_form(self, index: int | Sequence[int]) -> None:
        """Remove an extra row, or mark an initial row for deletion (Django's DELETE).

        A list of indexes removes all of them, in one step. Raises, without changing anything,
        TargetError if there is no such row, LimitError if one cannot be removed.
        """
        if isinstance(index, Sequence) and not isinstance(index, str):
            self._actions.remove_several(index)
        else:
            self._actions.remove(index)

    def remove_all(self) -> int:
        """Remove all forms that can be removed, in one step, and return their number.

        Initial rows are marked for deletion if `can_delete` is on; extra rows are removed from the
        end until `min_num` forms are left, which do not change.
        """
        return self._actions.remove_all()

    def restore(self, index: int) -> None:
        """Unmark a row that was marked for deletion."""
        if self.is_deleted(index):
            self._actions.restore(index)

    def swap(self, position: int, other: int) -> None:
        """Swap the rows at two places of the page, which are counted as in `order`.

        Numbers, ORDER and errors are handled as in `move()`.
        """
        self._actions.swap(position, other)

    def move(self, position: int, to: int) -> None:
        """Move a row from one place of the page to another; both are counted as in `order`.

        Extra rows are renumbered. Initial rows keep their numbers, by which Django finds their
        initial data; they can be moved if `can_order` is on. In that case ORDER is written into
        every row that is not blank or deleted. Raises TargetError if there is no such place,
        LimitError if the row cannot be moved.
        """
        self._actions.move(position, to)

    # Undo

    def undo(self) -> bool:
        """Undo the last step, and return whether there was one."""
        return self._arrangement.undo()

    def redo(self) -> bool:
        """Redo what was undone last, and return whether there was anything."""
        return self._arrangement.redo()

    def one_step(self) -> AbstractContextManager[None]:
        """Return a context in which all changes, including those of listeners, are one undo step."""
        return self._arrangement.history.one_step()

    def unrecorded(self) -> AbstractContextManager[None]:
        """Return a context in which changes are not recorded as undo steps."""
        return self._arrangement.history.unrecorded()

    def removals(self) -> list[Removal]:
        """Return the removals that can be taken back by themselves, newest first.

        They are those since the last step that added, moved or replaced rows.
        """
        return self._arrangement.history.removals()

    def places_of_removals(self) -> list[tuple[Removal, str | None]]:
        """Return `removals()` in the order of the page.

        Each comes with the key of the row that it was in front of, None at the end.
        """
        return self._actions.places_of_removals()

    def take_back(self, removal: Removal) -> bool:
        """Bring back the rows of `removal`, and keep all changes made since.

        Returns whether it is one of `removals()`. The last step is undone, and can be redone.
        Raises LimitError if there is no room any more because other rows were restored.
        """
        return self._actions.take_back(removal)

    # Data

    def set_data(self, data: Data) -> bool:
        """Replace the data of all rows, show all errors, and return whether there are none.

        `data` is a list of one object per row, by field name, or an object with prefixed names as
        in a POST. Missing fields are emptied. Raises DataError, without changing anything, if
        names, types or counts do not fit.
        """
        with self.replacing():
            self._arrangement.settle(self._data.replace(data), asked=True)
        return self._valid_now

    def set_posted(self, posted: Mapping[str, Sequence[str]]) -> list[str]:
        """Replace the data of all rows by that of a POST, exactly as it is.

        Returns the names that belong to no field of the formset, which are ignored.
        """
        data, unknown = self._data.posted(posted)
        self.set_data(data)
        return unknown

    def update_data(self, data: Data) -> bool:
        """Replace the values of the fields in `data`, and show their errors.

        `data` has the shape that `set_data()` takes; rows that are missing or empty in it do not
        change. Raises DataError, also if it contains more rows than there are.
        """
        with self.replacing():
            self._settle(self._data.update(data), now=True)
        return self._valid_now

    @contextmanager
    def replacing(self) -> Iterator[None]:
        """Say of rows that come and go in the block that all of the data is replaced (`is_replacing`)."""
        self.is_replacing = True
        try:
            yield
        finally:
            self.is_replacing = False

    def check_data(self, data: Any, *, part: bool = False) -> None:
        """Raise DataError where `set_data()` (with `part`, `update_data()`) would."""
        self._data.check(data, part=part)

    def reset(
        self, initial: Sequence[Mapping[str, Any]] | None = None, *, keep_typed: bool = False
    ) -> None:
        """Go back to the initial rows, or to those of a new `initial`, as if nothing had been typed.

        With `keep_typed`, fields that were typed into keep their values: initial rows by their
        number, the others after them. Nested formsets start over.
        """
        with self.replacing():
            changes = self._data.start_again(initial, keep_typed=keep_typed)
            self._last_verdict = None
            self._arrangement.settle(changes, touched=False)

    def add_error(self, field: str | None, message: str) -> None:
        """Show `message` at a control's field until that field changes.

        `field` is a posted name (`articles-1-title`), a form's prefix (`articles-1`) for that
        form as a whole, or None for the formset; the last two stay until the next change.
        """
        if field is None:
            self._verdict.add_error(message)
        else:
            index, name = self.place_of(field)
            row = self._rows[index]
            row.added_errors.append((name, message))
            row.touched.add(name or "")
            self._store.changed(row, keep_added=True)
        self._settle()

    def set_errors(self, errors: Any) -> None:
        """Show errors from a server until they are fixed, replacing those added before.

        `errors` has the shape of `formset.errors` as JSON, or another one of `server_errors.py`.
        Raises DataError, without changing anything, for unknown forms or fields.
        """
        self._check()
        self._data.set_errors(errors)
        self._settle()

    def validate(self) -> bool:
        """Show all errors, and return whether there are none."""
        for inner in self._nested:
            inner.validate()
        return super().validate()

    def is_pending(self) -> bool:
        """Return whether the answer of an asynchronous rule is pending."""
        return super().is_pending() or any(inner.is_pending() for inner in self._nested)

    async def avalidate(self) -> bool:
        """Like `validate()`, but wait for the answers of asynchronous rules."""
        self.validate()
        for inner in self._nested:
            await inner.avalidate()
        return await super().avalidate()

    # In a page

    def set_disabled(self, disabled: bool) -> bool:
        if not super().set_disabled(disabled):
            return False
        self._verdict.is_disabled = disabled
        self._verdict.forget()
        self._tell_outside()
        return True

    def start_over_in_the_page(self) -> None:
        self._verdict.start_over_in_the_page()
        self._shown_failure = ""
        super().start_over_in_the_page()

    # For the outer formset

    def rename(self, prefix: str) -> None:
        """Change the prefix, because the row that contains this formset was renumbered."""
        self.name = prefix
        self._django.rename(prefix)
        self._store.put(self._rows[:])
        for row in self._rows:
            self._store.changed(row, keep_added=True)
        self._nested.follow(self._rows)

    def hold_the_same(self, other: ClientFormSet) -> None:
        """Copy the rows of `other` into this formset, which is not shown yet."""
        sources = [row for row in other.rows if not row.deleted]
        self._rows.initial_count = 0
        self._store.put([self._store.copy_of(row, place) for place, row in enumerate(sources)])
        self._order.start()

    # Hooks of `LiveForms`

    def _start(self) -> None:
        self._data.start()
        self.started_with = len(self._rows)

    def _make_inner(self, formset_class: type[BaseFormSet], **arguments: Any) -> ClientFormSet:
        inner = type(self)(formset_class, **arguments, validation=self.policy)
        inner.layout = self.layout
        return inner

    def _management(self) -> Mapping[str, str]:
        return self.management_data()

    def _construct(self, index: int) -> BaseForm:
        return self._store.bound_form(index)

    def _sample(self) -> tuple[BaseForm, str | None]:
        return self._django.sample()

    def _tell_outside(self) -> None:
        if self.inside is not None:
            self.inside.tell_changed()

    def _clean_rows(self) -> None:
        if self._rows.waiting(1):
            with self._django.in_one_go():
                super()._clean_rows()

    def _check(self) -> None:
        self._verdict.check()

    def _checked_formset(self) -> BaseFormSet:
        self._check()
        self._raise_failure()
        assert self._verdict.formset is not None
        return self._verdict.formset

    def _checked_form(self, row: Row) -> BaseForm | None:
        return self._verdict.form_of(row)

    def _own_failure(self) -> UserCodeError | None:
        return self._verdict.failure

    def _forget_failures(self) -> None:
        super()._forget_failures()
        self._verdict.forget_failures()

    def _speaks_for_itself(self, row: Row) -> bool:
        return self._verdict.leaves_alone(row)

    def _settle_all(
        self, before: Iterable[Change] = (), *, asked: bool = False, verdict: bool = True
    ) -> None:
        super()._settle_all(before, asked=asked, verdict=verdict)
        if self.inside is not None:
            self.inside.settle()

    def _urgent_changes(self) -> Iterator[Change]:
        yield from super()._urgent_changes()
        if not self._verdict.deletions_are_open():  # otherwise, a forbidden button would stay
            yield from self._verdict.limit_changes()

    def _set_changes(self) -> Iterator[Change]:
        yield from self._verdict.changes()

    def _check_changes(self, rows: Sequence[Row]) -> Iterator[Change]:
        yield from super()._check_changes(rows)
        own = self._verdict.own_checks
        questions = self._verdict.own_questions()
        if questions or own.pending:
            self._checks.review(own, questions, self._own_answered)
        yield from pending_changes(None, own)

    def _answered(self, row: Row) -> None:
        self._verdict.forget()
        super()._answered(row)

    def _own_answered(self) -> None:
        self._verdict.forget()
        self._settle(now=True)
