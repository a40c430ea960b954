"""The HTML of a formset and its rows, without errors, which are reported as changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from clientforms.changes import FormAdded
from clientforms.engine.data.lost_choices import offering
from clientforms.engine.html.added_attributes import adding_attributes
from clientforms.engine.html.form_html import without_errors
from clientforms.engine.live.django_formset import DjangoFormSet
from clientforms.engine.live.row_store import RowStore
from clientforms.engine.rows.row import copy_form
from clientforms.engine.stamps.stamp import Cut

__all__ = ["FormSetHtml"]

_MANY = 20
"""From this number of rows on, copying elements is faster than parsing HTML."""


class FormSetHtml:
    """Renders rows: from a stamp if they are alike, otherwise with Django's templates.

    `layout` returns the name of Django's layout; `render` returns a row's HTML from Django.
    """

    def __init__(
        self,
        django: DjangoFormSet,
        rows: RowStore,
        *,
        layout: Callable[[], str],
        render: Callable[[int], str],
    ) -> None:
        self.layout = layout
        self._django = django
        self._store = rows
        self._rows = rows.rows
        self._render = render

    def whole(self) -> str:
        """Return the HTML of the formset if it has a template of its own.

        It is empty for Django's template, because rows are then rendered one by one.
        """
        template = self._django.empty.template_name
        if self.layout() != "div" or template.startswith("django/forms/"):
            return ""
        formset = self._django.bound()
        formset.forms = [
            copy_form(row.form or without_errors(self._store.bound_form(index)), only=())
            for index, row in enumerate(self._rows)
        ]
        formset._errors, formset._non_form_errors = [], formset.error_class()
        with ExitStack() as stack:
            for row, form in zip(self._rows, formset.forms, strict=True):
                stack.enter_context(offering(row, form))
            stack.enter_context(adding_attributes(formset.forms))
            return str(formset.render())

    def added(self, indexes: Sequence[int]) -> list[FormAdded]:
        """Return the changes that add the rows with these numbers to the page."""
        rows = [self._rows[index] for index in indexes]
        for row in rows:
            if row.steering or row.withheld:
                self._rows.to_tell(row)  # so that hidden fields do not appear for a moment
            self._store.start_over_in_the_page(row)
        html = self.rows(indexes) if indexes else []
        return [
            FormAdded(row.key, index, text)
            for row, index, text in zip(rows, indexes, html, strict=True)
        ]

    def rows(self, indexes: Sequence[int]) -> list[str]:
        """Return the HTML of the forms at these numbers."""
        cuts = [self._cut(index, len(indexes)) for index in indexes]
        html = [
            cut and cut.html(self._django.prefix_of(index))
            for index, cut in zip(indexes, cuts, strict=True)
        ]
        if None not in html:
            return [text or "" for text in html]
        with self._django.in_one_go():
            return [
                self._render(index) if text is None else text
                for index, text in zip(indexes, html, strict=True)
            ]

    def cuts(self) -> list[Cut] | None:
        """Return the HTML of all rows in parts.

        Returns None if few have the same shape, or some have no stamp.
        """
        count = len(self._rows)
        if count < _MANY:
            return None
        cuts = []
        for index in range(count):
            cut = self._cut(index, count)
            if cut is None or not cut.is_text:
                return None  # the rows will be rendered, so stop here
            cuts.append(cut)
        return cuts if len({cut.shape for cut in cuts}) * 2 <= count else None

    def _cut(self, index: int, count: int) -> Cut | None:
        """Return the row's HTML from its stamp, None if Django has to render it."""
        empty, stamps = self._django.empty, self._django.stamps
        stamp = stamps.of(empty, index < self._rows.initial_count, count)
        if stamp is None:
            return None
        row = self._rows[index]
        initial = stamps.initial_of(empty, row, index, stamp)
        return stamp.cut(self.layout(), self._django.prefix_of(index), row.values, initial)
