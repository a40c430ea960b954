"""Keeps the source code of forms that are registered with `packed=False` out of the built files."""

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
"""Replaces such a module, so that an app's `ready()` can import it in a page. Registering its classes has no effect."""


def target_of(registration: Registration) -> str:
    """Return a registered class in the builder's notation, such as `orders.forms:OrderForm`."""
    return re.sub(r"\.(\w+)$", r":\1", registration.path)


def keep_at_home(registrations: Iterable[Registration], analysis: Analysis) -> None:
    """Remove the modules of forms that are not packed from the bundle, and modules that only these import.

    Raises BuildError if a packed form is in such a module or imports it, because it could not run without it.
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
                f"{home[file]} is registered with packed=False, but pages would get its module {file}, "
                "because it contains a packed form or a packed form imports it. Move the form to a module of its own."
            )
        _take_out(analysis.bundle, root, set(home), needed)


def _take_out(bundle: Bundle, root: Path, home: set[Path], needed: set[Path]) -> None:
    """Replace the files `home`, and files that only these import, in the bundle."""
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
    """Return the source files of a registered class and of a formset's form class, except Django's own."""
    form_class = registration.form_class
    classes = {form_class, getattr(form_class, "form", form_class)}
    modules = (sys.modules.get(each.__module__) for each in classes)
    files = (getattr(module, "__file__", None) for module in modules)
    paths = {Path(file).resolve() for file in files if file}
    return {path for path in paths if not path.is_relative_to(_DJANGO)}
