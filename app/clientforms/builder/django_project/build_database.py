"""A database in memory for a build, so that fields of stored objects have choices.

It is filled from fixtures. It is not packed: a page gets the options that Django renders.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["DATABASES", "fill", "main"]

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
"""The setting while forms are rendered."""

_FORMATS = {".json": "json", ".jsonl": "jsonl", ".xml": "xml", ".yaml": "yaml", ".yml": "yaml"}


def fill(fixtures: Iterable[str]) -> None:
    """Create the tables of all models, and load the files `fixtures`.

    Objects of models that the page does not have are skipped. Raises ValueError naming the file.
    """
    from django.apps import apps
    from django.db import connection

    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
    with connection.constraint_checks_disabled():
        for name in fixtures:
            _load(Path(name))


def main(argv: Sequence[str] | None = None) -> int:
    """Read forms from standard input, and write a fixture with the objects for their choices.

    Writes the database's error if there is one. Runs in a separate process, with the project set up as
    on its server.
    """
    import django
    from django.core import serializers
    from django.db import DatabaseError

    asked: Mapping[str, Any] = json.load(sys.stdin)
    django.setup()
    answer = {"fixture": "", "error": ""}
    try:
        models = list(_with_related(_chosen(asked["forms"])))
        objects = (instance for model in models for instance in model._base_manager.order_by("pk"))
        answer["fixture"] = serializers.serialize("json", objects)
    except DatabaseError as error:
        answer["error"] = " ".join(str(error).split()).rstrip(".")
    json.dump(answer, sys.stdout)
    return 0


def _chosen(forms: Iterable[Mapping[str, str]]) -> Iterator[Any]:
    """Yield the models of fields with choices of objects, and those that their querysets join.

    Without a database, these fields offer given objects only, and have no filters.
    """
    from clientforms.builder.django_project.model_choices import choice_models
    from clientforms.engine.targets.dotted_paths import live_of

    for form in forms:
        yield from choice_models(live_of({f"data-{form['kind']}": form["path"]}, lambda _: None))


def _with_related(models: Iterable[Any]) -> Iterator[Any]:
    """Yield models and all related ones, which labels may show and filters may use."""
    waiting, seen = list(models), set()
    while waiting:
        model = waiting.pop(0)
        if model in seen:
            continue
        seen.add(model)
        yield model
        relations = [
            field.remote_field
            for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
            if field.remote_field is not None
        ]
        waiting += [relation.model for relation in relations]
        through = [relation.through for relation in relations if hasattr(relation, "through")]
        # Tables that Django creates for relations are serialized with the objects.
        waiting += [
            through_model for through_model in through if not through_model._meta.auto_created
        ]


def _load(path: Path) -> None:
    from django.core import serializers
    from django.core.serializers.base import DeserializationError

    known = _FORMATS.get(path.suffix)
    if known is None:
        raise ValueError(f"{path}: give a fixture as JSON, such as manage.py dumpdata writes")
    try:
        with path.open("rb") as file:
            for deserialized in serializers.deserialize(known, file, ignorenonexistent=True):
                deserialized.save()
    except OSError as error:
        raise ValueError(f"{path} could not be read: {error.strerror}") from error
    except DeserializationError as error:
        said = " ".join(str(error).split())
        raise ValueError(f"{path} is not a fixture of the forms' models: {said}") from error


if __name__ == "__main__":
    sys.exit(main())
