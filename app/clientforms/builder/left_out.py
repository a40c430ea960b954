"""Keeps out of the snapshot what ordinary forms do not use of Django: models, checks, responses.

Forms need a module or two of these packages, and the packages' own code imports hundreds more. While
the snapshot is prepared, empty packages stand in for them, with what forms take from them; a page
that imports one gets the real one (`browser/late_imports.py`). Runs in Pyodide, without clientforms.
"""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

__all__ = ["PLACEHOLDERS", "STAND_INS", "module_files", "stand_in", "take_away"]

STAND_INS: dict[str, dict[str, list[str]]] = {
    "django.db": {},
    "django.db.models": {},
    "django.core.checks": {"messages": ["Error", "Warning"]},
    "django.http": {"request": ["QueryDict"]},
    "django.template.autoreload": {},
}
"""Modules to what forms import from them: the module of the package that has it, and the names."""

PLACEHOLDERS = {"django.db.models.expressions": ["DatabaseDefault"]}
"""Modules to the classes of which forms ask, as they render, whether a value is one.

They stay until the real module comes, for until then nothing is.
"""


def stand_in(folder: str) -> None:
    """Put stand-ins for what lies below `folder` where imports find them."""
    for name in STAND_INS:
        sys.modules[name] = module = ModuleType(name)
        place = Path(folder, *name.split("."))
        module.__path__ = [str(place)]
        module.__spec__ = ModuleSpec(name, None, is_package=True)
    for name, given in STAND_INS.items():
        for part, wanted in given.items():
            source = importlib.import_module(f"{name}.{part}")
            for each in wanted:
                setattr(sys.modules[name], each, getattr(source, each))
    for name, classes in PLACEHOLDERS.items():
        sys.modules[name] = module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None)
        for each in classes:
            setattr(module, each, type(each, (), {"__module__": name}))


def take_away() -> None:
    """Take the stand-ins away: the next import is a real one."""
    for name in STAND_INS:
        del sys.modules[name]
        parent, _, own = name.rpartition(".")
        if parent in sys.modules:
            vars(sys.modules[parent]).pop(own, None)


def module_files(folder: str, package: str) -> list[str]:
    """Return the compiled modules of `package` below `folder` that nothing has imported."""
    return [
        str(path)
        for path in sorted(Path(folder, package).rglob("*.pyc"))
        if ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        not in sys.modules
    ]
