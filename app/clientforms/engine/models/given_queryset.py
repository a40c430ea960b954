"""GivenQuerySet: a queryset of given instances, for pages without a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from types import MethodType
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from clientforms.errors import DataError

__all__ = ["GivenQuerySet", "known_by"]


class GivenQuerySet(QuerySet):
    """The given instances of `model`, as a queryset that never queries a database.

    `GivenQuerySet(Book, books)` can be used wherever a form takes a queryset. It filters by the
    values of fields; any other lookup raises DataError. With `any_key`, `get()` accepts every
    well-formed value of a unique field, and returns an instance of which nothing else is known if
    none was given: the server checks whether it exists.
    """

    def __init__(
        self,
        model: type[Model] | None = None,
        instances: Iterable[Model] = (),
        *,
        any_key: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(model=model, **kwargs)
        self.any_key = any_key
        self._result_cache = list(instances)

    @property
    def ordered(self) -> bool:
        """True: the instances keep the order in which they were given."""
        return True

    @property
    def totally_ordered(self) -> bool:
        """True, because Django 6.1 and newer would sort the rows otherwise."""
        return True

    def iterator(self, chunk_size: int | None = None) -> Iterator[Model]:
        """Yield the instances."""
        return iter(list(self))

    def exists(self) -> bool:
        """Return whether there is an instance."""
        return bool(self._result_cache)

    def get(self, *args: Any, **kwargs: Any) -> Model:
        """Return the one instance that matches. Raises what Django's `get()` raises."""
        found = list(self.filter(*args, **kwargs))
        if len(found) == 1:
            instance: Model = found[0]
            return instance
        assert self.model is not None
        if found:
            raise self.model.MultipleObjectsReturned(f"{len(found)} of {self.model.__name__} fit.")
        if self.any_key and len(kwargs) == 1:
            ((name, value),) = kwargs.items()
            field = self.model._meta.pk if name == "pk" else self.model._meta.get_field(name)
            if field.unique:
                return known_by(self.model, field, _key(field, value))
        raise self.model.DoesNotExist(f"No given {self.model.__name__} fits.")

    def none(self) -> GivenQuerySet:
        """Return a queryset without rows."""
        return GivenQuerySet(self.model)

    def _clone(self) -> GivenQuerySet:
        clone: GivenQuerySet = super()._clone()
        clone.any_key = self.any_key
        clone._result_cache = list(self._result_cache or ())
        return clone

    def _fetch_all(self) -> None:
        """Do nothing: the rows are given, and there is no database."""

    def _filter_or_exclude(self, negate: bool, args: Any, kwargs: Any) -> GivenQuerySet:
        if args:
            raise DataError(_refusal(self.model, "a Q object"))
        tests = [self._test(lookup, value) for lookup, value in kwargs.items()]
        clone = self._clone()
        clone._result_cache = [
            instance
            for instance in self
            if _may_pass([test(instance) for test in tests], negate=negate)
        ]
        if any(lookup.endswith("__in") for lookup in kwargs) and self.any_key and not negate:
            clone._result_cache += self._missing(kwargs)
        return clone

    def _test(self, lookup: str, value: Any) -> Any:
        name, _, kind = lookup.partition("__")
        assert self.model is not None
        field = self.model._meta.pk if name == "pk" else self.model._meta.get_field(name)
        if kind not in ("", "exact", "in"):
            raise DataError(_refusal(self.model, lookup))
        wanted = [_key(field, member) for member in (value if kind == "in" else [value])]
        return lambda instance: (
            getattr(instance, field.attname) in wanted
            if field.attname in instance.__dict__
            else None
        )

    def _missing(self, kwargs: dict[str, Any]) -> list[Model]:
        there = {str(instance.pk) for instance in self}
        asked = next(iter(kwargs.values()))
        return [self._bare(key) for key in asked if str(key) not in there]

    def _bare(self, key: Any) -> Model:
        assert self.model is not None
        return known_by(self.model, self.model._meta.pk, _key(self.model._meta.pk, key))


def _may_pass(results: list[bool | None], *, negate: bool) -> bool:
    """Return whether an instance passes a filter with these results, None for a value that is not known.

    A page shows objects of which it knows the key alone: the server's own filter let them pass.
    """
    return not all(results) if negate else False not in results


def known_by(model: type[Model], field: Any, value: Any) -> Model:
    """Return a stored instance of `model` of which nothing but the `value` of `field` is known.

    Its other fields are deferred, as those of `QuerySet.only()` are: whoever reads one asks the database,
    which is left to the server. A default would be taken for what is stored. Only the primary key is None
    if another field is the known one: Django's forms read it.
    """
    known = {model._meta.pk.attname: None, field.attname: value}
    names = [own.attname for own in model._meta.concrete_fields if own.attname in known]
    made = model.from_db(None, names, [known[name] for name in names])
    vars(made)["refresh_from_db"] = MethodType(partial(_load, {field.attname: value}), made)
    return made


def _load(
    known: dict[str, Any], instance: Model, using: str | None = None, fields: Any = None, **_: Any
) -> None:
    """Load deferred `fields` of `instance`: Django's own way does so by the primary key."""
    stored = type(instance)._base_manager.using(using).get(**known)
    vars(instance).update({name: getattr(stored, name) for name in fields})


def _key(field: Any, value: Any) -> Any:
    """Return `value` as an instance stores it. Raises ValueError if it is invalid."""
    if isinstance(value, Model):
        target = getattr(field, "target_field", field)
        return getattr(value, target.attname)
    try:
        return getattr(field, "target_field", field).to_python(value)
    except ValidationError as error:
        raise ValueError(str(error)) from error


def _refusal(model: type[Model] | None, what: str) -> str:
    name = model.__name__ if model else "model"
    return (
        f"The given rows of {name} were asked for {what}, which takes a database. "
        "Give the rows that fit, or leave this to the server."
    )
