"""Try an author's form before a page is built, by submitting it blank and with made-up values.

Rules that cannot run in a page, and are left to the server, are recorded with file and line.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

from django import forms

from clientforms.builder.author.page_python import PAGE_ONLY
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.rules.server_rules import RuleLeft
from clientforms.errors import UserCodeError

__all__ = ["RulesHeard", "made_up_values", "try_out"]

_log = logging.getLogger(__name__)

_SAMPLES: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.EmailField, "ann@example.org"),
    (forms.URLField, "https://example.org/"),
    (forms.SlugField, "a-slug"),
    (forms.UUIDField, "6f1c2b7e-5a0d-4f7e-9c68-0d2b1c3a4e5f"),
    (forms.JSONField, "{}"),
    (forms.GenericIPAddressField, "192.0.2.1"),
    (forms.DateField, "2024-02-03"),
    (forms.DateTimeField, "2024-02-03 04:05"),
    (forms.TimeField, "04:05"),
    (forms.DurationField, "1 00:00:00"),
    (forms.NullBooleanField, "true"),
    (forms.BooleanField, "on"),
    (forms.CharField, "abcdefghij"),
)
"""Valid text for kinds of fields, subclasses first."""

_PATIENCE = 5  # seconds to wait for asynchronous rules


def try_out(live: ClientForm | ClientFormSet) -> UserCodeError | None:
    """Submit a live form blank, and with made-up values; return what a rule raised for the latter.

    Raises whatever a rule raises for the blank form, which nobody could send.
    """
    live.validate()
    live.is_valid()
    return asyncio.run(_submit(live))


async def _submit(live: ClientForm | ClientFormSet) -> UserCodeError | None:
    values = made_up_values(live.blank_form(0))
    try:
        if isinstance(live, ClientFormSet):
            if not len(live):
                live.add_another()
            live.update_data([values])
        else:
            live.update_data(values)
        await asyncio.wait_for(live.avalidate(), _PATIENCE)
        live.is_valid()
    except UserCodeError as error:
        return error
    except Exception as error:  # noqa: BLE001 - values may not fit, rules may time out
        _log.debug("The made-up values %r led to %r.", values, error)
    finally:
        live.cancel_checks()
    return None


def made_up_values(form: forms.BaseForm) -> dict[str, Any]:
    """Return text by field name for those fields of `form` that are easy to fill in."""
    found = {}
    for name, field in form.fields.items():
        value = _value_for(field)
        if value is not None:
            found[name] = value
    return found


def _value_for(field: forms.Field) -> Any:
    if field.disabled or isinstance(field, (forms.FileField, forms.MultiValueField)):
        return None
    if isinstance(field, forms.ChoiceField):
        first = next(filter(None, _values_of(field.choices)), None)
        is_list = getattr(field.widget, "allow_multiple_selected", False)  # it may be hidden
        return [first] if first and is_list else first
    if isinstance(field, forms.IntegerField):  # and decimal numbers
        return str(
            next((bound for bound in (field.min_value, field.max_value) if bound is not None), 1)
        )
    found = next((text for kind, text in _SAMPLES if isinstance(field, kind)), None)
    limit = getattr(field, "max_length", None)
    is_text = type(field) is forms.CharField and isinstance(found, str)
    return found[:limit] if is_text and found and limit else found


def _values_of(choices: Any) -> Iterator[str]:
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from _values_of(label)
        else:
            yield str(value)


class RulesHeard(logging.Handler):
    """A context that records in `rules` which rules the engine leaves to the server, each once."""

    def __init__(self) -> None:
        super().__init__()
        self.rules: list[RuleLeft] = []

    def __enter__(self) -> RulesHeard:
        logging.getLogger("clientforms").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("clientforms").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Add the rule of a log record."""
        rule = getattr(record, "rule", None)
        if isinstance(rule, RuleLeft) and rule.module.partition(".")[0] not in PAGE_ONLY:
            self.rules.append(rule)
