"""Models of `django.contrib` that are the same in all projects, defined in the snapshot.

Defining them took half of the time that Django needed to set up its apps in a page with a user
model. `set_aside()` runs under Node. In the page, importing one of their modules registers the
models that were defined then.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections

from clientforms.engine.project import contrib_apps
from clientforms.engine.project.app_registry import add_app

__all__ = ["set_aside"]

_APPS = ("django.contrib.contenttypes", "django.contrib.auth")  # what others refer to is first
_OTHER_USER = "other.User"  # so that nothing relates to `auth.User`, as in most projects


def set_aside() -> None:
    """Import the models of these apps, and hide them until they are imported again.

    Django has to be configured. AUTH_USER_MODEL names a custom user model meanwhile.
    """
    settings.AUTH_USER_MODEL = _OTHER_USER
    asides: dict[str, _Aside] = {}
    for package in _APPS:
        add_app(AppConfig.create(contrib_apps.entry_of(package)))
    for package in _APPS:
        name = f"{package}.models"
        others = {model: set(vars(model)) for aside in asides.values() for model in aside.models}
        module = importlib.import_module(name)
        relations = {
            (model, added): vars(model)[added]
            for model, there in others.items()
            for added in sorted(vars(model).keys() - there)
        }
        for model, added in relations:
            delattr(model, added)
        asides[name] = _Aside(module, apps.get_containing_app_config(name), relations)
    for name, aside in asides.items():
        del sys.modules[name], apps.all_models[aside.label], apps.app_configs[aside.label]
        vars(sys.modules[name.rpartition(".")[0]]).pop("models")
    apps.clear_cache()
    vars(connections).clear()  # the page's settings define them
    connections.__init__()
    sys.meta_path.insert(0, _Finder(asides))


class _Aside:
    """A module with its models, and the settings of the app for which it was imported.

    `relations` maps pairs of a model and an attribute to what these models added to others.
    """

    def __init__(
        self, module: ModuleType, config: AppConfig, relations: dict[tuple[Any, str], Any]
    ) -> None:
        self.module = module
        self.label = config.label
        self.models = list(config.models.values())
        self._relations = relations
        self._primary_key = config.default_auto_field

    def fits(self, config: AppConfig | None) -> bool:
        """Return whether the models fit `config`, which a project may have customized."""
        return (
            config is not None
            and config.label == self.label
            and config.default_auto_field == self._primary_key
        )

    def register(self) -> None:
        """Register the models and their relations with Django, as defining them does."""
        for (model, added), descriptor in self._relations.items():
            setattr(model, added, descriptor)
        for model in self.models:
            meta = model._meta
            meta._expire_cache()
            vars(meta).pop("swapped", None)
            if meta.swappable and not meta.swapped:
                setattr(self.module, model.__name__, _with_relations(model))
            else:
                apps.register_model(self.label, model)


def _with_relations(model: Any) -> Any:
    """Define `model`, which was swapped out at first, once more and return it.

    This creates the relations to it, and the tables of its many-to-many fields.
    """
    own = {"swappable": model._meta.swappable}
    meta = type("Meta", tuple(base.Meta for base in model.__bases__), own)
    content = {name: getattr(model, name) for name in ("__module__", "__qualname__", "__doc__")}
    return type(model)(model.__name__, model.__bases__, {**content, "Meta": meta})


class _Finder:
    """Finds the modules that were set aside where their files are."""

    def __init__(self, asides: dict[str, _Aside]) -> None:
        self._asides = asides

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        aside = self._asides.get(name)
        spec = PathFinder.find_spec(name, path, target) if aside else None
        if aside and spec and spec.loader:
            spec.loader = _Loader(aside, spec.loader)
        return spec


class _Loader(Loader):
    """Loads a module that was set aside, or its file if the module does not fit."""

    def __init__(self, aside: _Aside, loader: Loader) -> None:
        self._aside = aside
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Return the module that was set aside, if it fits. Raises AppRegistryNotReady as Django does."""
        if self._aside.fits(apps.get_containing_app_config(spec.name)) and _its_imports_are_here(
            self._aside.module
        ):
            return self._aside.module
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader
        if module is self._aside.module:
            self._aside.register()
        else:
            self._loader.exec_module(module)


def _its_imports_are_here(module: ModuleType) -> bool:
    """Import the modules whose models `module` uses; return whether those are the same ones."""
    theirs = [
        (name, value)
        for name, value in vars(module).items()
        if hasattr(value, "_meta") and value.__module__ != module.__name__
    ]
    return all(
        getattr(importlib.import_module(value.__module__), name, None) is value
        for name, value in theirs
    )
