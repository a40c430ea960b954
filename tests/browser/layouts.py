"""Formsets as a server's templates may lay them out: each layout in each state that it can have.

Django renders them here. A layout says what a row looks like and what is around the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BaseFormSet

__all__ = ["LAYOUTS", "STATES", "Layout", "container", "states"]

STATES = (
    "none",
    "one",
    "blank",
    "errors",
    "initial",
    "behind",
    "template",
    "hidden-empty",
    "marked",
    "deleted",
    "errors-in-initial",
    "closed",
)
"""No row; one blank row; blank rows; rows with errors; initial rows; content behind the rows; an empty
form in a template; one that stands in the page out of sight; rows that the author marked; DELETE ticked
in an initial row and in an extra one; errors in initial rows; rows in a closed `<details>`."""

_STORED = [{"name": "One", "kind": "a"}, {"name": "Two"}]
_POSTED = {
    "errors": (0, ("far too long a name", "fine", "bad"), ()),
    "errors-in-initial": (2, ("far too long a name", "bad", "fine"), ()),
    "deleted": (2, ("One", "Two", "fine"), (0, 2)),
}
"""State to the number of initial forms, the names that were posted, and the rows with DELETE."""


@dataclass(frozen=True)
class Layout:
    """`row` renders a form, `{attributes}` in it being a row's own; `around` what is around all rows."""

    row: Callable[[BaseForm], str]
    around: str = "{rows}{behind}"
    behind: str = "<p>Behind.</p>"
    groups: str = ""
    by_django: bool = False
    """Whether rows have no element of the author's."""


def _errors(form: BaseForm, name: str) -> str:
    return str(form[name].errors)


def _fields(form: BaseForm) -> list[str]:
    return [bound.name for bound in form.visible_fields()]


def _hidden(form: BaseForm) -> str:
    return "".join(str(bound) for bound in form.hidden_fields())


def _cells(form: BaseForm) -> str:
    cells = "".join(f"<td>{_errors(form, name)}{form[name]}</td>" for name in _fields(form))
    return cells.replace("<td>", f"<td>{_hidden(form)}", 1)


def _tabular(form: BaseForm) -> str:
    top = form.non_field_errors()
    said = f'<tr class="row-form-errors"><td colspan="9">{top}</td></tr>' if top else ""
    return f'{said}<tr class="form-row"{{attributes}}>{_cells(form)}</tr>'


def _stacked(form: BaseForm) -> str:
    lines = "".join(
        f'<div class="form-row field-{name}">{_errors(form, name)}<div><div class="flex-container">'
        f"{form[name].label_tag()}{form[name]}</div></div></div>"
        for name in _fields(form)
    )
    return (
        f'<div class="inline-related"{{attributes}}><h3>Stop</h3>{form.non_field_errors()}'
        f'<fieldset class="module">{lines}</fieldset>{_hidden(form)}</div>'
    )


def _grid(form: BaseForm) -> str:
    columns = "".join(
        f'<div class="col">{form[name].label_tag()}{form[name]}{_errors(form, name)}</div>'
        for name in _fields(form)
    )
    return f'<div class="row g-2"{{attributes}}>{form.non_field_errors()}{columns}{_hidden(form)}</div>'


def _definitions(form: BaseForm) -> str:
    fields = "".join(
        f"<dt>{form[name].label_tag()}</dt><dd>{_errors(form, name)}{form[name]}</dd>"
        for name in _fields(form)
    )
    return f'<div class="stop"{{attributes}}>{fields}{_hidden(form)}</div>'


def _item(form: BaseForm) -> str:
    fields = "".join(
        f"<span>{form[name].label_tag()}{_errors(form, name)}{form[name]}</span>"
        for name in _fields(form)
    )
    return f'<li class="stop"{{attributes}}>{form.non_field_errors()}{fields}{_hidden(form)}</li>'


def _bodies(form: BaseForm) -> str:
    names = _fields(form)
    cells = [f"<td>{_errors(form, name)}{form[name]}</td>" for name in names]
    return (
        f'<tbody class="stop"{{attributes}}><tr><th colspan="2">Stop</th></tr>'
        f"<tr>{cells[0]}{_hidden(form)}</tr><tr>{''.join(cells[1:])}</tr></tbody>"
    )


_HEAD = "<thead><tr><th>Name</th><th>Kind</th></tr></thead>"
_FOOT = "<tfoot><tr><td>Foot</td></tr></tfoot>"
_TR = "<tr class='behind'><td>Behind.</td></tr>"

LAYOUTS = {
    "div": Layout(lambda form: str(form.as_div()), by_django=True),
    "p": Layout(lambda form: str(form.as_p()), by_django=True),
    "ul": Layout(
        lambda form: str(form.as_ul()), "<ul>{rows}{behind}</ul>", "<li>Behind.</li>", by_django=True
    ),
    "table": Layout(
        lambda form: str(form.as_table()),
        f"<table>{_HEAD}<tbody>{{rows}}{{behind}}</tbody>{_FOOT}</table>", _TR, by_django=True,
    ),
    "tabular": Layout(
        _tabular, f"<table>{_HEAD}<tbody>{{rows}}{{behind}}</tbody>{_FOOT}</table>", _TR
    ),
    "stacked": Layout(_stacked, "<fieldset class='module'><h2>Stops</h2>{rows}{behind}</fieldset>"),
    "grid": Layout(_grid),
    "dl": Layout(_definitions, "<dl>{rows}</dl>{behind}"),
    "items": Layout(_item, "<ol>{rows}{behind}</ol>", "<li>Behind.</li>"),
    "bodies": Layout(_bodies, f"<table>{_HEAD}{{rows}}{_FOOT}</table>{{behind}}"),
    "groups": Layout(_grid, groups="<div class='pair'>{rows}</div>"),
}  # fmt: skip


def states() -> Iterator[tuple[str, str]]:
    """Yield every layout with every state that it can have."""
    for layout, each in LAYOUTS.items():
        for state in STATES:
            if not (each.by_django and state in ("hidden-empty", "marked")):
                yield layout, state


def formset_of(formset_class: type[BaseFormSet], state: str, prefix: str) -> BaseFormSet:
    """Return the formset that is rendered in this state."""
    if state in _POSTED:
        initial_count, names, deleted = _POSTED[state]
        posted: dict[str, Any] = {"TOTAL_FORMS": len(names), "INITIAL_FORMS": initial_count}
        posted |= {f"{index}-name": name for index, name in enumerate(names)}
        posted |= {f"{index}-DELETE": "on" for index in deleted}
        formset = formset_class(
            {f"{prefix}-{name}": str(value) for name, value in posted.items()},
            initial=_STORED if initial_count else None,
            prefix=prefix,
        )
        formset.is_valid()
        return formset
    initial = _STORED if state == "initial" else None
    formset = formset_class(initial=initial, prefix=prefix)
    formset.extra = {"none": 0, "one": 1, "initial": 1}.get(state, 2)
    return formset


def container(layout: str, state: str, formset: BaseFormSet) -> str:
    """Return what a server's template has for `formset` in a container."""
    look = LAYOUTS[layout]
    mark = " data-formset-row" if state == "marked" else ""
    rows = [look.row(form).replace("{attributes}", mark) for form in formset.forms]
    if state == "hidden-empty":
        rows.append(look.row(formset.empty_form).replace("{attributes}", " style='display: none'"))
    elif look.groups:
        pairs = [rows[start : start + 2] for start in range(0, len(rows), 2)]
        rows = [look.groups.format(rows="".join(pair)) for pair in pairs]
    behind = look.behind if state == "behind" else ""
    html = look.around.format(rows="".join(rows), behind=behind)
    if state in ("template", "none"):
        html += f"<template>{look.row(formset.empty_form).replace('{attributes}', '')}</template>"
    if state == "closed":
        html = f"<details><summary>Stops</summary>{html}</details>"
    return f"{formset.management_form}{formset.non_form_errors()}{html}"
