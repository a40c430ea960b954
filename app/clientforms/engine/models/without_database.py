"""Model forms without a database: validate what can be checked, leave the rest to the server.

The server has to check whether a value is unique in its table, whether a related object exists,
and constraints. Uniqueness within a formset is checked here. If Django's settings name a
database, Django checks everything and this module is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import ForeignKey, Model
from django.forms import BaseForm, BaseFormSet, BaseInlineFormSet, BaseModelForm, BaseModelFormSet
from django.forms.models import ModelChoiceField

from clientforms.engine.models.given_queryset import GivenQuerySet, known_by
from clientforms.engine.models.model_arguments import copy_instance
from clientforms.engine.models.model_kinds import has_database

__all__ = [
    "Options", "as_rows", "give_keys", "leave_to_server", "own_instance", "with_given_choices",
    "with_parent", "without_database",
]  # fmt: skip

Options = Mapping[str, Sequence[tuple[str, Any]]]
"""Choices that a page shows, by field name: pairs of a primary key and a label, or of a group's
label and its pairs, as in Django."""


def without_database(
    formset_class: type[BaseModelFormSet], options: Options
) -> type[BaseModelFormSet]:
    """Return a subclass whose forms query no database. `options` may be filled later."""

    def prepare(formset: Any, form: BaseForm) -> None:
        leave_to_server(form, options, {formset._pk_field.name: list(formset.get_queryset())})

    return _preparing(formset_class, prepare)


def with_given_choices(formset_class: type[BaseFormSet], options: Options) -> type[BaseFormSet]:
    """Return a subclass whose forms offer `options`, which may be filled later."""
    return _preparing(formset_class, lambda _, form: give_keys(form, {}, options))


def _preparing(formset_class: Any, prepare: Callable[[Any, BaseForm], None]) -> Any:
    """Return a subclass that calls `prepare(formset, form)` after each `add_fields()`."""

    def add_fields(self: Any, form: BaseForm, index: int | None) -> None:
        formset_class.add_fields(self, form, index)
        prepare(self, form)

    names = {"__module__": formset_class.__module__, "__qualname__": formset_class.__qualname__}
    return type(formset_class.__name__, (formset_class,), {**names, "add_fields": add_fields})


def as_rows(
    formset_class: type[BaseFormSet],
    arguments: Mapping[str, Any],
    initial: Sequence[Mapping[str, Any]] | None,
) -> tuple[dict[str, Any], Sequence[Mapping[str, Any]] | None]:
    """Return a model formset's arguments and initial data such that no database is queried.

    A `queryset` may be a list of instances. Without one, initial data with a primary key becomes
    instances, because their rows post that key; the rest stays initial data of new rows.
    """
    arguments = dict(arguments)
    # A class made by formset_factory() may set its model in __init__() only.
    model = formset_class.model or formset_class.form._meta.model
    queryset = arguments.get("queryset")
    if queryset is None:
        key = model._meta.pk.name
        stored = [values for values in initial or () if values.get(key) or values.get("pk")]
        initial = [values for values in initial or () if values not in stored] or None
        queryset = [_instance(model, values) for values in stored]
    if isinstance(queryset, (list, tuple, GivenQuerySet)):
        queryset = GivenQuerySet(
            model, [_child(formset_class, arguments, instance) for instance in queryset]
        )
    arguments["queryset"] = queryset
    return arguments, initial


def leave_to_server(
    form: BaseModelForm, options: Options, known: Mapping[str, list[Model]] | None = None
) -> None:
    """Keep `form` from querying a database, and let its fields of related objects offer `options`.

    Fields in `known` get those instances instead.
    """
    instance: Any = form.instance
    instance._perform_unique_checks = lambda checks: {}
    instance._perform_date_checks = lambda checks: {}
    instance.get_constraints = list
    instance.full_clean = partial(_full_clean, instance)
    give_keys(form, known or {}, options)


def own_instance(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a ModelForm's arguments with a copied instance, because cleaning writes into it."""
    instance = copy_instance(arguments["instance"])
    if not has_database():
        _without_queries(instance)
    return {**arguments, "instance": instance}


def with_parent(
    formset_class: type[BaseInlineFormSet], arguments: Mapping[str, Any], key: str
) -> dict[str, Any]:
    """Return an inline formset's arguments with a stored parent identified by its rows' `key`.

    If the given parent is stored, it is kept.
    """
    given, target = arguments.get("instance"), formset_class.fk.target_field
    if given is not None and not given._state.adding:
        return dict(arguments)
    parent = copy_instance(given) if given is not None else target.model()
    setattr(parent, target.attname, _python(target, key))
    if parent.pk is None:  # the key belongs to another field
        parent.pk = key
    parent._state.adding = False
    return {**arguments, "instance": parent}


def _full_clean(instance: Model, exclude: Any = None, **kwargs: Any) -> None:
    keys = {field.name for field in instance._meta.fields if isinstance(field, ForeignKey)}
    type(instance).full_clean(instance, exclude={*(exclude or ()), *keys}, **kwargs)


def give_keys(form: BaseForm, known: Mapping[str, list[Model]], options: Options) -> None:
    """Let fields that choose stored objects offer those in `known` or in `options`."""
    for name, field in form.fields.items():
        if not isinstance(field, ModelChoiceField) or isinstance(field.queryset, GivenQuerySet):
            continue
        model = field.queryset.model
        if name in known:
            field.queryset = GivenQuerySet(model, known[name])
            continue
        pairs = options.get(name)
        by = field.to_field_name or model._meta.pk.name
        key_field = model._meta.get_field(by)
        keys = [key for key in _keys(pairs or ()) if key]
        rows = [known_by(model, key_field, _python(key_field, key)) for key in keys]
        field.queryset = GivenQuerySet(model, rows, any_key=not pairs)
        if pairs:
            field.choices = list(pairs)


def _keys(pairs: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """Yield the keys of choices, grouped or not."""
    for key, label in pairs:
        if isinstance(label, (list, tuple)):
            yield from _keys(label)
        else:
            yield key


def _instance(model: type[Model], values: Mapping[str, Any]) -> Model:
    """Return an instance with `values`, converted to the Python values of its fields."""
    made = model()
    for name, value in values.items():
        try:
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except FieldDoesNotExist:
            continue  # a field of the form that the model does not have
        if getattr(field, "many_to_many", False):
            related = field.remote_field.model
            rows = [_related(related, member) for member in value or ()]
            _prefetched(made)[name] = GivenQuerySet(related, rows)
        elif isinstance(value, Model):
            setattr(made, field.name, value)
        else:
            setattr(made, field.attname, _python(getattr(field, "target_field", field), value))
    return made


def _related(model: type[Model], value: Any) -> Model:
    if isinstance(value, Model):
        return value
    return known_by(model, model._meta.pk, _python(model._meta.pk, value))


def _python(field: Any, value: Any) -> Any:
    if isinstance(value, list):
        return value  # of a form field with several controls, which shows it as it is
    try:
        return field.to_python(value)
    except ValidationError:
        return value  # shown as it is; the form reports the error


def _child(formset_class: type[BaseFormSet], arguments: Mapping[str, Any], given: Model) -> Model:
    """Return a copy of a given instance, marked as stored.

    In an inline formset it gets the key of the parent.
    """
    child = _without_queries(copy_instance(given))
    child._state.adding = False
    parent = arguments.get("instance")
    if issubclass(formset_class, BaseInlineFormSet) and parent is not None:
        key = formset_class.fk
        if getattr(child, key.attname) is None:
            setattr(child, key.attname, getattr(parent, key.target_field.attname))
    return child


def _without_queries(instance: Model) -> Model:
    for field in instance._meta.many_to_many:
        _prefetched(instance).setdefault(field.name, GivenQuerySet(field.remote_field.model))
    return instance


def _prefetched(instance: Any) -> dict[str, Any]:
    if "_prefetched_objects_cache" not in instance.__dict__:
        instance._prefetched_objects_cache = {}
    cache: dict[str, Any] = instance._prefetched_objects_cache
    return cache
