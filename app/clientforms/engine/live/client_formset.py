"""ClientFormSet: a Django formset, live.

Each of its parts is a module of its own: `django_formset` makes Django's forms, `formset_verdict`
says what Django finds, `row_store` makes rows, `row_order` and `arrangement` put them in place,
`row_actions` and `formset_data` change them, `formset_html` renders them, and `formset_in_page` is
for the page that shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.forms.utils import ErrorList

from clientforms.changes import Change, LimitsChanged
from clientforms.engine.data import from_python as given
from clientforms.engine.data.to_json import to_plain
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
    """A Django formset whose rows come, go and change; Django's verdict is always at hand.

    `formset_class` is used unchanged. `prefix`, `initial`, `form_kwargs`, `auto_id` and
    `error_messages` are Django's; what else the class takes goes into `formset_kwargs`.
    `validation` is a policy or its event names, `delay` milliseconds. What is not defined here
    is asked of the Django formset itself (`forms`, `deleted_forms`, `media`, …).
    """

    _store: RowStore
    _arrangement: Arrangement
    inside: Place | None = None
    """Where it stands, if a row of another formset has it."""

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
        # Asked eight times of each row: the way through this class would take as long as the answer.
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
        """The keys of the rows as they stand in the page.

        Rows that came with initial data keep their numbers when they are moved, so the places
        in the page can differ from the numbers in the names.
        """
        return self._order.keys

    @property
    def formset(self) -> BaseFormSet:
        """The Django formset, bound to what the page would post now, and cleaned.

        Raises UserCodeError where a form's or the formset's own code raised.
        """
        self._django.handed_out.seen()
        return self._checked_formset()

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
        """Return initial data in which text that a field reads, a date for one, is a value."""
        if not isinstance(data, list):
            raise DataError(
                f"{self.name}: initial data is a list of one object per form, got {data!r}."
            )
        fields = self._sample()[0].fields
        return [given.initial_from_json(fields, row, self.name) for row in data]

    @property
    def errors(self) -> list[Any]:
        """The errors of each form that is not deleted, as Django's `formset.errors`."""
        errors: list[Any] = self.formset.errors
        return errors

    @property
    def cleaned_data(self) -> list[dict[str, Any]]:
        """Each form's cleaned data; AttributeError while the formset is invalid, as in Django."""
        cleaned: list[dict[str, Any]] = self.formset.cleaned_data
        return cleaned

    def plain_cleaned_data(self) -> Any:
        """Return `cleaned_data` as JSON can carry it."""
        if self.formset_class.cleaned_data is not BaseFormSet.cleaned_data:
            return to_plain(self.cleaned_data)
        return to_plain(self._checked_formset().cleaned_data)  # nobody else sees the forms

    def non_form_errors(self) -> ErrorList:
        """Return the errors of the formset as a whole."""
        return self.formset.non_form_errors()

    def is_valid(self) -> bool:
        """Return whether Django finds no error in what the page would post now.

        The formsets inside rows count too, whether the user's own `is_valid()` asks them or not.
        """
        if self.formset_class.is_valid is not BaseFormSet.is_valid:
            self._django.handed_out.seen()
        valid = bool(self._checked_formset().is_valid())
        return valid and all(inner.is_valid() for inner in self._nested)

    def total_form_count(self) -> int:
        """Return the number of rows, deleted ones included."""
        return len(self._rows)

    def initial_form_count(self) -> int:
        """Return the number of rows that stand for initial data."""
        return self._rows.initial_count

    def is_deleted(self, index: int) -> bool:
        """Return whether the form at `index` is marked for deletion."""
        self._verdict.decide()
        return self._actions.row_at(index).deleted

    def management_data(self) -> dict[str, str]:
        """Return the management form's controls: full name to value."""
        return self._store.management_data()

    def takes_files(self) -> bool:
        """Return whether there may be fields for files."""
        return self._django.varies or super().takes_files()

    def limits(self) -> LimitsChanged:
        """Return which buttons make sense now."""
        return self._verdict.limits()

    def nested(self, key: str) -> Mapping[str, ClientFormSet]:
        """Return the formsets inside row `key`, by the attribute of the form."""
        return dict(self._rows[self._index_of(key)].nested)

    def place_of(self, name: str) -> tuple[int, str | None]:
        """Return the row number and the field that a posted name, or a form's prefix, means."""
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
        """Return the HTML of the whole, without errors, where a template of its own makes it.

        Empty where the template is Django's: then rows are rendered one by one.
        """
        return self._html.whole()

    def render_row(self, index: int) -> str:
        """Return the HTML of the form at `index`, without errors: those are told as changes."""
        return self._html.rows([index])[0]

    def render_rows(self, indexes: Sequence[int]) -> list[str]:
        """Return the HTML of these forms, as `render_row()` does of one."""
        return self._html.rows(indexes)

    # Rows

    def add_another(self, values: Values | None = None) -> int:
        """Add a row at the end, or several, and return the index of the first. See `insert()`."""
        return self.insert(len(self._rows), values)

    def insert(self, index: int, values: Values | None = None) -> int:
        """Add a blank row at `index`, behind the initial rows, and return the index.

        `values`: field name to value, as in `set_data()`, or a list of such objects, each for a row. All
        are one step for `undo()`. Raises LimitError if they would be too many, TargetError where no
        row can come in, DataError for values that do not fit; then nothing has changed.
        """
        return self._actions.insert(index, values)

    def duplicate(self, index: int) -> int:
        """Add a row behind that at `index` that holds the same, and return its index.

        Initial rows stay together unless some row was moved.

        Files, hidden fields, ORDER and DELETE are not copied: they say which row it is. Raises
        TargetError if there is no such row, LimitError at the maximum.
        """
        return self._actions.duplicate(index)

    def remove_form(self, index: int | Sequence[int]) -> None:
        """Take away an extra row, or mark an initial row for deletion (Django's DELETE).

        A list of indexes removes all of them, in one step. Raises TargetError if there is no such
        row, LimitError where one cannot go; then nothing has changed.
        """
        if isinstance(index, Sequence) and not isinstance(index, str):
            self._actions.remove_several(index)
        else:
            self._actions.remove(index)

    def remove_all(self) -> int:
        """Remove every form that can go, in one step, and return how many have gone.

        Initial rows are marked for deletion where `can_delete` is on; extra rows are taken away
        from the end until `min_num` forms are left, which stay as they are.
        """
        return self._actions.remove_all()

    def restore(self, index: int) -> None:
        """Keep a row after all that was marked for deletion."""
        if self.is_deleted(index):
            self._actions.restore(index)

    def swap(self, position: int, other: int) -> None:
        """Let the rows at two places of the page change places; both count as in `order`.

        What `move()` says of numbers, ORDER and errors holds here too.
        """
        self._actions.swap(position, other)

    def move(self, position: int, to: int) -> None:
        """Take the row at one place of the page to another; both count as in `order`.

        Extra rows are renumbered. Rows with initial data keep their numbers, as Django finds
        their initial data by them; they can be moved where `can_order` is on. There ORDER is
        written into every row that is not blank or deleted. Raises TargetError for a place
        that is not there, LimitError where the row has to stay.
        """
        self._actions.move(position, to)

    # Undo

    def undo(self) -> bool:
        """Take the last step back, and return whether there was one."""
        return self._arrangement.undo()

    def redo(self) -> bool:
        """Do again what was taken back last, and return whether there was anything."""
        return self._arrangement.redo()

    def one_step(self) -> AbstractContextManager[None]:
        """Return a context in which all changes, and what listeners add to them, are one undo step."""
        return self._arrangement.history.one_step()

    def unrecorded(self) -> AbstractContextManager[None]:
        """Return a context in which changes are no steps: undo goes on from the one before."""
        return self._arrangement.history.unrecorded()

    def removals(self) -> list[Removal]:
        """Return the removals that can be taken back by themselves, newest first.

        None from before the last step that added, moved or replaced rows.
        """
        return self._arrangement.history.removals()

    def places_of_removals(self) -> list[tuple[Removal, str | None]]:
        """Return `removals()` as their rows stood in the page.

        Each with the key of the row that it was in front of, None for the end.
        """
        return self._actions.places_of_removals()

    def take_back(self, removal: Removal) -> bool:
        """Bring back what `removal` took away, and keep all that was done since.

        Returns whether it is one of `removals()`. As the last step it is undone, and can be done again.
        Raises LimitError if rows that were restored since have taken the room.
        """
        return self._actions.take_back(removal)

    # Data

    def set_data(self, data: Data) -> bool:
        """Replace the data of all rows, show all errors, and return whether there is none.

        `data`: a list of one object per row (field name to value), or prefixed names as a POST
        has them. What is not in it is emptied. Raises DataError for names, types or counts
        that do not fit; then nothing has changed.
        """
        self._arrangement.settle(self._data.replace(data), asked=True)
        return self._valid_now

    def set_posted(self, posted: Mapping[str, Sequence[str]]) -> list[str]:
        """Replace the data of all rows by what a POST carried, exactly as it was.

        Returns the names that belong to no field of the formset; they are passed over.
        """
        data, unknown = self._data.posted(posted)
        self.set_data(data)
        return unknown

    def update_data(self, data: Data) -> bool:
        """Replace the values of the fields in `data` and show those fields' errors.

        `data` is shaped as for `set_data`; rows that are not in it, or are empty objects,
        stay as they are. Raises DataError, also for rows that are not there.
        """
        self._settle(self._data.update(data), now=True)
        return self._valid_now

    def check_data(self, data: Any, *, part: bool = False) -> None:
        """Raise DataError where `set_data()` (with `part`, `update_data()`) would."""
        self._data.check(data, part=part)

    def reset(
        self, initial: Sequence[Mapping[str, Any]] | None = None, *, keep_typed: bool = False
    ) -> None:
        """Go back to the initial rows, or to those of a new `initial`, as if nobody had typed.

        With `keep_typed`, fields that somebody typed into keep that: initial rows by their number, and
        the others behind them. Formsets inside rows start over.
        """
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
        """Show what a server said, instead of what was added before, until it is fixed.

        `errors` as `formset.errors` has them as JSON, see `server_errors.py` for all shapes.
        Raises DataError for what fits no form or field; then nothing has changed.
        """
        self._check()
        self._data.set_errors(errors)
        self._settle()

    def validate(self) -> bool:
        """Show every error that there is, and return whether there is none."""
        for inner in self._nested:
            inner.validate()
        return super().validate()

    def is_pending(self) -> bool:
        """Return whether the answer of an asynchronous rule is awaited."""
        return super().is_pending() or any(inner.is_pending() for inner in self._nested)

    async def avalidate(self) -> bool:
        """As `validate()`, with the answers of asynchronous rules waited for."""
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

    # For the formset that it is inside of

    def rename(self, prefix: str) -> None:
        """Go by another prefix: the row that this formset stands in has another place."""
        self.name = prefix
        self._django.rename(prefix)
        self._store.put(self._rows[:])
        for row in self._rows:
            self._store.changed(row, keep_added=True)
        self._nested.follow(self._rows)

    def hold_the_same(self, other: ClientFormSet) -> None:
        """Give a formset that nobody sees yet the rows that `other` has, as new ones."""
        sources = [row for row in other.rows if not row.deleted]
        self._rows.initial_count = 0
        self._store.put([self._store.copy_of(row, place) for place, row in enumerate(sources)])
        self._order.start()

    # What `LiveForms` asks for

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
        if not self._verdict.deletions_are_open():  # or a button would stay that may not be pressed
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
