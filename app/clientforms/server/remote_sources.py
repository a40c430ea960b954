"""Keeps the modules of forms that are registered with `packed=False` out of what pages fetch."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

import django

from clientforms.builder.author.analysis import Analysis
from clientforms.builder.author.build_targets import find_targets
from clientforms.builder.author.bundle import Bundle
from clientforms.builder.author.imports import read_imports
from clientforms.builder.output.site_files import BuildError
from clientforms.server.registry import Registration

__all__ = ["keep_at_home", "target_of"]

_DJANGO = Path(django.__file__).resolve().parent
_IN_ITS_PLACE = b'''\
"""This module is on the server, where its forms run: they are registered with packed=False."""


def __getattr__(name: str) -> type:
    if name.startswith("__"):
        raise AttributeError(name)
    return type(name, (), {})
'''
"""Lets an app's `ready()` run in a page too: what it registers there counts for nothing."""


def target_of(registration: Registration) -> str:
    """Return a registered class as the builder names it: `orders.forms:OrderForm`."""
    return re.sub(r"\.(\w+)$", r":\1", registration.path)


def keep_at_home(registrations: Iterable[Registration], analysis: Analysis) -> None:
    """Take the modules of forms that are not packed out of the bundle, and what nothing else imports.

    Raises BuildError if a packed form is in such a module, or imports it: it would not run without.
    """
    given = list(registrations)
    home = {file: each.name for each in given if not each.packed for file in sorted(_sources(each))}
    packed = [target_of(each) for each in given if each.packed]
    if not (home and packed):
        return
    targets = find_targets(packed)
    for root in {target.root for target in targets}:
        needed = _files(root, [target.module for target in targets if target.root == root])
        for file in sorted(needed & home.keys()):
            raise BuildError(
                f"{home[file]} is registered with packed=False, but pages would get its module {file}: "
                "a packed form is in it, or imports it. Move the form to a module of its own."
            )
        _take_out(analysis.bundle, root, set(home), needed)


def _take_out(bundle: Bundle, root: Path, home: set[Path], needed: set[Path]) -> None:
    """Put something else in the place of `home`, and of what only these files import."""
    modules = {
        _module(name): path.resolve() for name, path in bundle.files.items() if name.endswith(".py")
    }
    at_home = [name for name, path in modules.items() if path in home]
    only_there = _files(root, at_home) - needed - home
    others = [name for name, path in modules.items() if path not in home | only_there]
    gone = home | (only_there - _files(root, others, at_home))
    for name, path in list(bundle.files.items()):
        if path.resolve() in gone:
            del bundle.files[name]
            bundle.made[name] = _IN_ITS_PLACE


def _files(root: Path, modules: Iterable[str], without: Collection[str] = ()) -> set[Path]:
    return {path.resolve() for path in read_imports(root, modules, without).local.values()}


def _module(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _sources(registration: Registration) -> set[Path]:
    """Return the files of a registered class, and of a formset's form, that are the project's own."""
    form_class = registration.form_class
    classes = {form_class, getattr(form_class, "form", form_class)}
    modules = (sys.modules.get(each.__module__) for each in classes)
    files = (getattr(module, "__file__", None) for module in modules)
    paths = {Path(file).resolve() for file in files if file}
    return {path for path in paths if not path.is_relative_to(_DJANGO)}
