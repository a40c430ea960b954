"""The part of ClientFormSet that only the page uses: markup, rows of other scripts, drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clientforms.changes import FormDeletionChanged
from clientforms.engine.live.arrangement import Arrangement
from clientforms.engine.live.django_formset import DjangoFormSet
from clientforms.engine.live.formset_data import FormSetData
from clientforms.engine.live.formset_html import FormSetHtml
from clientforms.engine.live.formset_verdict import FormSetVerdict
from clientforms.engine.live.nested_formsets import NestedFormSets, Place
from clientforms.engine.live.row_order import RowOrder
from clientforms.engine.live.row_store import RowStore
from clientforms.engine.post.control_names import to_local
from clientforms.engine.rows.control_errors import has_bad_input
from clientforms.engine.rows.files import StoredFile
from clientforms.engine.rows.row import Content, Row
from clientforms.engine.stamps.stamp import Cut
from clientforms.errors import LimitError, TargetError

__all__ = ["FormSetInPage"]


class FormSetInPage:
    """The attribute `in_page` of a ClientFormSet.

    `index_of` returns the number of a row by its key, `place` the place of a nested formset, None
    if it is not nested.
    """

    def __init__(
        self,
        django: DjangoFormSet,
        rows: RowStore,
        order: RowOrder,
        arrangement: Arrangement,
        verdict: FormSetVerdict,
        nested: NestedFormSets,
        data: FormSetData,
        html: FormSetHtml,
        *,
        index_of: Callable[[str], int],
        place: Callable[[], Place | None],
    ) -> None:
        self._django = django
        self._store = rows
        self._rows = rows.rows
        self._order = order
        self._arrangement = arrangement
        self._verdict = verdict
        self._nested = nested
        self._data = data
        self._html = html
        self._index_of = index_of
        self._place = place

    # Markup

    def cut_rows(self) -> list[Cut] | None:
        """Return the HTML of all rows in parts.

        Returns None if few have the same shape, or some have no stamp.
        """
        return self._html.cuts()

    def sample_non_form_errors(self) -> str:
        """Return sample errors of the formset as a whole, as Django renders them."""
        formset = self._django.empty
        errors = formset.error_class(["?"], error_class="nonform", renderer=formset.renderer)
        return str(errors)

    def deletions(self) -> list[FormDeletionChanged]:
        """Return the changes of marks for deletion since the last report."""
        self._verdict.decide()
        return list(self._verdict.deletion_changes())

    def take_over(
        self,
        rows: Sequence[Mapping[str, Sequence[str]]],
        initial_count: int,
        stored: Sequence[Mapping[str, StoredFile]] = (),
        locked: Sequence[Mapping[str, Sequence[str]]] = (),
    ) -> None:
        """Start from existing markup; `rows` have the first values of its controls.

        Without initial data, the values of the first `initial_count` rows become the initial data,
        except in a model formset with a queryset or a database. The rows name the parent of an
        inline formset. `stored` are the files on the server that each row's markup shows, by the
        name of their control; `locked` are the values of its disabled controls.
        """
        self._data.take_over(rows, initial_count, stored, locked)

    def take_options(self, options: Mapping[str, Any]) -> None:
        """Set the choices that a page shows for fields of related objects.

        They are pairs of primary key and label, or of a group's label and its pairs, by field name;
        the name of a nested formset maps to its own choices. They are used without a database only.
        Call this before `take_over()` or `reset()`.
        """
        self._nested.take_options(options)
        if place := self._place():
            place.keep_options(options)
        self._django.take_options(
            {name: pairs for name, pairs in options.items() if not isinstance(pairs, Mapping)}
        )

    def keep_non_form_errors(self, messages: Sequence[str]) -> None:
        """Keep errors of the formset that a server rendered, if the rules here do not find them."""
        self._verdict.check()
        self._verdict.keep_errors(messages)

    # Rows that other scripts add and remove

    def adopt(self, index: int, posted: Mapping[str, Sequence[str]], prefix: str) -> str:
        """Add a row that another script put into the page, and return its key.

        It becomes the form at `index`; `posted` has the values of its controls, whose names begin
        with `prefix`. `max_num` is ignored. Raises LimitError beyond `absolute_max`.
        """
        if len(self._rows) >= self._django.empty.absolute_max:
            raise LimitError(
                f"{self._django.prefix}: there are {len(self._rows)} forms, and Django reads no more than "
                f"absolute_max. Remove the row from the page, or raise absolute_max in formset_factory."
            )
        row = self._store.fresh(index)
        local = {to_local(name, prefix) or name: list(held) for name, held in posted.items()}
        row.values = {name: held for name, held in local.items() if row.field_of(name)}
        self._arrangement.insert(index, [row])
        return row.key

    def discard(self, key: str) -> None:
        """Remove an extra row that another script took out of the page; `min_num` is ignored."""
        index = self._index_of(key)
        if index < self._rows.initial_count:
            raise TargetError(
                f"{self._django.prefix}: form {index} has initial data. Use remove_form."
            )
        self._arrangement.record()
        self._arrangement.settle(
            self._arrangement.arrange([row for row in self._rows if row.key != key])
        )

    def drop_surplus(self) -> None:
        """Remove blank rows at the end that would make a submit fail.

        With `validate_max`, Django counts blank rows too.
        """
        empty = self._django.empty
        if not empty.validate_max:
            return
        self._verdict.check()
        kept = list(self._rows)
        surplus = sum(not row.deleted for row in kept) - empty.max_num
        while (
            surplus > 0 and len(kept) > self._rows.initial_count and self._order.is_blank(kept[-1])
        ):
            if has_bad_input(kept[-1]):
                break  # it is not empty for the user
            kept.pop()
            surplus -= 1
        if len(kept) < len(self._rows):
            self._arrangement.record()
            self._arrangement.settle(self._arrangement.arrange(kept), touched=False)

    # Drafts

    def fresh_row(self, index: int) -> Row:
        """Return a new blank row for `index`, without adding it."""
        return self._store.fresh(index)

    def put_back(self, contents: Sequence[Content], order: Sequence[Row] | None) -> None:
        """Replace the formset's rows by those of `contents`, in one step for `undo()`.

        All initial rows come first. `order` is that of the page if it differs, else None.
        """
        self._arrangement.record()
        there = {row.key for row in self._rows}
        for content in contents:
            content.put_into_row()
            self._store.changed(content.row)
        rows = [content.row for content in contents]
        changes = self._arrangement.arrange(rows, rows if order is None else order)
        changes += [
            self._store.values_change(index) for index, row in enumerate(rows) if row.key in there
        ]
        self._arrangement.settle(changes, now=True)
