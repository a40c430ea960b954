"""Convert a caller's data to rows of a formset and their posted strings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm, BaseFormSet
from django.forms.formsets import ManagementForm

from clientforms.engine.data import from_python as given
from clientforms.engine.post.control_names import to_local
from clientforms.engine.rows.row import Row
from clientforms.engine.stamps.stamp import Stamp
from clientforms.errors import DataError

__all__ = ["RowData", "form_count"]


def form_count(text: str) -> int | None:
    """Return the count of forms that Django's management form reads in `text`, None if invalid."""
    try:
        count = ManagementForm.base_fields["TOTAL_FORMS"].clean(text)
    except ValidationError:
        return None
    return count if count >= 0 else None


class RowData:
    """Reads the arguments of `set_data()` and `update_data()` for one formset; changes nothing."""

    def __init__(
        self,
        name: str,
        unbound: BaseFormSet,
        prefix_of: Callable[[int], str],
        blank_form: Callable[..., BaseForm],
        stamp: Callable[
            [int, int], tuple[Stamp, Callable[[], Mapping[str, Any]]] | None
        ] = lambda *_: None,
    ) -> None:
        self._name = name
        self._unbound = unbound
        self._prefix_of = prefix_of
        self._form = blank_form
        self._stamp = stamp

    def replacement(self, data: Any, initial_count: int) -> tuple[int, list[dict[str, list[str]]]]:
        """Return the number of initial rows and every row's posted strings."""
        if isinstance(data, Mapping):
            management, by_number = given.split_posted(data, self._name)
            total = self._count(management, "TOTAL_FORMS", max(by_number, default=-1) + 1)
            # Django accepts a larger number of initial forms: then all forms are initial.
            initial_count = min(self._count(management, "INITIAL_FORMS", initial_count), total)
            if surplus := sorted(number for number in by_number if number >= total):
                raise DataError(
                    f"{self._name}: TOTAL_FORMS is {total}, but there is data for form "
                    f"{surplus[0]}. Raise TOTAL_FORMS, or leave the data out."
                )
            self._check_total(total)
            return initial_count, [
                given.from_posted(
                    self._form(index, initial_count), by_number.get(index, {}), self._prefix_of(index),
                    self._where(index),
                )
                for index in range(total)
            ]  # fmt: skip
        rows = self._list(data)
        self._check_total(len(rows))
        values = []
        for index, row in enumerate(rows):
            if stamped := self._stamp(index, len(rows)):
                stamp, initial_of = stamped
                if (texts := stamp.replaced(initial_of, row)) is not None:
                    values.append(texts)
                    continue
                initial = initial_of()
                form, prefix, emptied = stamp.unbound(initial), stamp.prefix, stamp.emptied(initial)
            else:
                form, prefix = self._form(index), self._prefix_of(index)
                emptied = given.emptied(form, prefix)
            values.append(emptied | given.from_object(form, row, prefix, self._where(index)))
        return min(initial_count, len(rows)), values

    def fitting(
        self, posted: Mapping[str, Sequence[str]], unknown: list[str]
    ) -> dict[str, Sequence[str]]:
        """Return the part of a POST that belongs to this formset; add other names to `unknown`."""
        management, by_number = given.split_posted(posted, self._name, unknown)
        counts = {name: form_count(held[-1]) for name, held in management.items() if held}
        total = counts.get("TOTAL_FORMS")
        total = max(by_number, default=-1) + 1 if total is None else total
        total = min(total, self._unbound.absolute_max)
        fitting: dict[str, Sequence[str]] = {f"{self._name}-TOTAL_FORMS": [str(total)]}
        if (initial_count := counts.get("INITIAL_FORMS")) is not None:
            fitting[f"{self._name}-INITIAL_FORMS"] = [str(initial_count)]
            initial_count = min(initial_count, total)
        for index, part in by_number.items():
            if index >= total:
                unknown += part
                continue
            wrong: list[str] = []
            form, prefix = self._form(index, initial_count), self._prefix_of(index)
            given.from_posted(form, part, prefix, self._where(index), wrong)
            fitting |= {name: held for name, held in part.items() if name not in wrong}
            unknown += wrong
        return fitting

    def update(
        self, data: Any, rows: Sequence[Row]
    ) -> dict[int, tuple[set[str], dict[str, list[str]]]]:
        """Return the fields that change and their posted strings, by row number."""
        changed: dict[int, tuple[set[str], dict[str, list[str]]]] = {}
        if isinstance(data, Mapping):
            management, by_number = given.split_posted(data, self._name)
            if management:
                raise DataError(
                    f"{self._name}: update_data does not change the number of forms "
                    f"({', '.join(management)}). Use set_data, add_another or remove_form."
                )
            parts: list[tuple[int, Any]] = sorted(by_number.items())
        else:
            parts = list(enumerate(self._list(data)))
        for index, part in parts:
            if index >= len(rows):
                raise DataError(
                    f"{self._name}: there is no form {index} to update: there are {len(rows)} forms. "
                    "Add forms first, or use set_data."
                )
            if not part:
                continue
            form, prefix, where = (
                self._form(index),
                self._prefix_of(index),
                self._where(index),
            )
            read = given.from_posted if isinstance(data, Mapping) else given.from_object
            values = read(form, part, prefix, where)
            fields = {rows[index].field_of(local) or "" for local in values}
            fields |= {name for name in part if name in form.fields}
            changed[index] = fields, values
        return changed

    def place(self, name: str, rows: Sequence[Row]) -> tuple[int, str | None]:
        """Return the row number and the field of a posted name or a form's prefix."""
        for index, row in enumerate(rows):
            prefix = self._prefix_of(index)
            if name == prefix:
                return index, None
            local = to_local(name, prefix)
            if local is not None and (field := row.field_of(local)):
                return index, field
        example = f"{self._prefix_of(0)}-{next(iter(rows[0].fields), 'field')}" if rows else ""
        raise DataError(
            f"{self._name}: {name!r} is not the name of a field of its {len(rows)} forms. "
            f"Names look like {example!r}; without a field, a name means the form as a whole."
        )

    def _where(self, index: int) -> str:
        return f"{self._name}, form {index}"

    def _list(self, data: Any) -> Sequence[Any]:
        if isinstance(data, (list, tuple)):
            return data
        raise DataError(
            f"{self._name}: data is a list of one object per form, or prefixed names as a POST "
            f"has them; got {type(data).__name__}."
        )

    def _count(self, management: Mapping[str, Any], name: str, default: int) -> int:
        if name not in management:
            return default
        texts = given.posted_strings(management[name], f"{self._name}-{name}")
        text = texts[-1] if texts else ""
        count = form_count(text)
        if count is None:
            raise DataError(f"{self._name}-{name} is {text!r}: give the number of forms.")
        return count

    def _check_total(self, total: int) -> None:
        if total > self._unbound.absolute_max:
            raise DataError(
                f"{self._name}: {total} forms are more than absolute_max, which is "
                f"{self._unbound.absolute_max}. Give fewer, or raise absolute_max in formset_factory."
            )
