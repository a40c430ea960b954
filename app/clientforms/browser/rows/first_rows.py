"""Insert a formset's first rows into an empty container."""

from __future__ import annotations

from typing import Any

from clientforms.browser.dom.formset_markup import ROWS, fragment_of
from clientforms.browser.rows.row_views import RowViews
from clientforms.engine import ClientFormSet
from clientforms.engine.html.row_html import container_html, has_buttons, row_shell, rows_html
from clientforms.engine.stamps.stamp import GAP, Cut

__all__ = ["put_rows"]

_TEXT = "clientforms7text{}z"
"""Placeholder in `static/stamps.js` for a text of a row: its key, its number, and Django's texts."""


def put_rows(container: Any, live: ClientFormSet, views: RowViews, *, ordered: bool) -> Any:
    """Insert the management form, rows and buttons into `container`; return the rows' element."""

    def around(rows: str) -> str:
        return container_html(live.management_data(), rows, live.layout, ordered=ordered)

    if cuts := live.in_page.cut_rows():
        # Insert all rows at once: observers such as PyScript's look at each added node.
        fragment = fragment_of(around(""))
        parent = fragment.querySelector(ROWS)
        if _stamp(live, cuts, views, parent, ordered=ordered):
            container.append(fragment)
            return parent
    rendered = list(zip(live.keys, live.render_rows(range(len(live))), strict=True))
    label = live.row_label
    html = around(rows_html(rendered, live.layout, ordered=ordered, label=label))
    container.insertAdjacentHTML("beforeend", html)
    parent = container.querySelector(ROWS)
    views.register(live.keys, parent)
    if not any(has_buttons(html) for _, html in rendered):
        views.are_numbered(live.keys)
    return parent


def _stamp(
    live: ClientFormSet, cuts: list[Cut], views: RowViews, parent: Any, *, ordered: bool
) -> bool:
    """Copy rows of few shapes; return whether that succeeded."""
    shapes = dict.fromkeys(cut.shape for cut in cuts)
    if any(_TEXT.partition("{")[0] in text for text in (live.row_label, *shapes)):
        return False
    places = {shape: place for place, shape in enumerate(shapes)}
    marked = [
        row_shell(
            _with_marks(shape), live.layout, ordered=ordered, label=live.row_label, key=_mark(0),
            number=_mark(1),
        )
        for shape in shapes
    ]  # fmt: skip
    given = [
        (places[cut.shape], live.prefix_of(index), [key, str(index + 1), *cut.texts])
        for index, (key, cut) in enumerate(zip(live.keys, cuts, strict=True))
    ]
    if not views.stamp(live.keys, parent, marked, given):
        return False
    if not any(map(has_buttons, shapes)):
        views.are_numbered(live.keys)
    return True


def _with_marks(shape: str) -> str:
    first, *pieces = shape.split(GAP)
    return first + "".join(_mark(place) + piece for place, piece in enumerate(pieces, 2))


def _mark(place: int) -> str:
    return _TEXT.format(place)
