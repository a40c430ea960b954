"""Describe an exception of an author's code: the place, the field, and an explanation.

For processes that import an author's code. Descriptions are plain JSON.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.forms import BaseForm, BoundField
from django.template import TemplateDoesNotExist
from django.urls import NoReverseMatch

from clientforms.builder.author.page_limits import SITE_PACKAGES, below_site_packages
from clientforms.builder.author.page_python import PAGE_ONLY
from clientforms.builder.django_project import url_names
from clientforms.builder.runtime.packages import PACKAGES
from clientforms.engine.rules.server_rules import missing_hash
from clientforms.errors import UserCodeError

__all__ = ["NoForm", "field_in", "is_authors", "told"]

_OURS = str(Path(__file__).resolve().parents[2]) + os.sep
_DATABASE = ("OperationalError", "ProgrammingError", "ConnectionDoesNotExist")


class NoForm(Exception):
    """A target that is not a form, or that needs arguments, explained in our own words."""

    def __init__(self, what: str, file: str, line: int) -> None:
        super().__init__(what)
        self.file, self.line = file, line


def told(error: BaseException, roots: Sequence[str]) -> dict[str, Any]:
    """Return a description: `file` and `line` in the author's code below `roots`, if known, `field`,
    `package`, and the explanation `what`.
    """
    if isinstance(error, UserCodeError) and error.__cause__ is not None:
        error = error.__cause__
    answer = {"file": "", "line": 0, "field": "", "package": "", "module": "", "what": ""}
    if isinstance(error, NoForm):
        return {**answer, "file": error.file, "line": error.line, "what": str(error)}
    if isinstance(error, SyntaxError) and error.filename:
        what = f"{error.msg}. Fix it first"
        return {**answer, "file": error.filename, "line": error.lineno or 0, "what": what}
    frames = [
        (frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    own = [frame for frame in frames if is_authors(frame[0], roots)]
    if own:
        answer |= {"file": own[-1][0], "line": own[-1][1]}
    what = _words(error)
    theirs = [frame for frame in frames if not frame[0].startswith((_OURS, "<"))]
    if package := _package(theirs[-1][0]) if theirs else "":
        answer["package"] = package
        place = f"{below_site_packages(os.path.realpath(theirs[-1][0]))}:{theirs[-1][1]}"
        what = f"{what.rstrip('.')} (in {place})" if own else f"{place}: {what}"
    if isinstance(error, ImportError):
        answer["module"] = (error.name or "").partition(".")[0]
    return {**answer, "field": field_in(error), "what": what}


def field_in(error: BaseException) -> str:
    """Return the field that Django was rendering or cleaning when `error` was raised, or ""."""
    found = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        found = _field_of(frame) or found
    return found


def _field_of(frame: FrameType) -> str:
    names = frame.f_locals
    this = names.get("self")
    if isinstance(this, BoundField):
        return str(this.name)
    if isinstance(this, BaseForm) and frame.f_code.co_name == "_clean_fields":
        return str(names.get("name") or "")
    return ""


def is_authors(file: str, roots: Sequence[str]) -> bool:
    """Return whether a file belongs to the author's code below `roots`."""
    # Not a file, such as <frozen importlib._bootstrap> or executed source.
    if file.startswith("<"):
        return False
    path = os.path.realpath(file)
    if path.startswith(_OURS) or any(folder in path for folder in SITE_PACKAGES):
        return False
    return any(path.startswith(os.path.realpath(root) + os.sep) for root in roots)


def _package(file: str) -> str:
    """Return the installed package of a file, unless every page has it."""
    top = below_site_packages(os.path.realpath(file)).partition("/")[0].removesuffix(".py")
    return "" if top in PACKAGES else top


# Explanations


def _words(error: BaseException) -> str:
    said = " ".join(str(error).split()) or "without a word"
    kind = type(error).__name__
    return next(filter(None, _known_words(error, kind, said)), f"{kind}: {said.rstrip('.')}")


def _known_words(error: BaseException, kind: str, said: str) -> Iterator[str]:
    """Yield explanations of common errors, with remedies."""
    is_configuration = isinstance(error, ImproperlyConfigured) or kind in _DATABASE
    if is_configuration and any(word in said for word in ("DATABASES", "database", "table")):
        yield (
            "this queries the database while the module is imported, or its form made, and a page "
            "has none. Query it when the form is used on the server"
        )
    if is_configuration and "SECRET_KEY" in said:
        yield (
            "this signs something with SECRET_KEY while the form is made, and no page may have it. "
            "Leave this form to the server"
        )
    if hashed := missing_hash(error):
        yield (
            f"this asks for {hashed}, which needs OpenSSL, while the module is imported, or its form made, "
            "and a page has none. Leave it to the server, in a rule of the form"
        )
    if "circular import" in said:
        name = getattr(error, "name", None) or "another module"
        yield (
            f"this is a circular import: {name} is not complete yet ({said.partition(' (')[0]}). "
            "Move what both need into a third module, or import it inside a function"
        )
    match error:
        case ModuleNotFoundError() if (error.name or "").partition(".")[0] in PAGE_ONLY:
            yield f"{error.name} exists only in the page. Import it where it is used, or in a try block"
        case ModuleNotFoundError() if said.startswith("No module named"):
            yield f"imports {error.name}, which is not installed here. Install it, or correct the name"
        case SystemExit():
            yield "the module ends the program while it is imported. Remove that"
        case KeyboardInterrupt():
            yield "the import was interrupted"
        case RecursionError():
            yield "this is an endless recursion. Let it end"
        case OSError(errno=errno.ENOTSUP, strerror=str(words)):
            yield f"{words}. Leave it to the server, in a rule of the form"
        case TemplateDoesNotExist():
            yield _no_template(said)
        case NoReverseMatch():
            yield _no_url(said)
        case ImproperlyConfigured() | AttributeError() if "ROOT_URLCONF" in said:
            yield f"reverse() needs the URLs of your project. Name {_ITS_SETTINGS}"
        case AttributeError() if missing := _missing_setting(error, said):
            if _has_project():
                yield f"your settings have no {missing}. Use getattr(settings, {missing!r}, default)"
            yield (
                f"settings.{missing} is one of your project's settings. Name {_ITS_SETTINGS}, "
                f"or use getattr(settings, {missing!r}, default)"
            )


_ITS_SETTINGS = "its settings with --settings MODULE, or DJANGO_SETTINGS_MODULE"


def _no_url(said: str) -> str:
    """Return the message of `reverse()`, and the reason why the page lacks the project's URL."""
    said = said.rstrip(".")
    left_out = getattr(sys.modules.get(url_names.MODULE), "left_out", {})
    name = re.search(r"Reverse for '([^']+)'", said)
    namespace = re.match(r"'?([^' ]+)'? is not a registered namespace", said)
    for url_name, why in left_out.items():
        is_it = name and url_name.rpartition(":")[2] == name[1]
        if is_it or (namespace and url_name.startswith(f"{namespace[1]}:")):
            return f"{said}. The page does not have the URL {url_name}, because {why}"
    return said


def _no_template(name: str) -> str:
    what = (
        f"there is no template {name} in the templates/ folder of a package that the form imports"
    )
    if _has_project():
        return f"{what}, nor in a folder that TEMPLATES names"
    return f"{what}. If it is in a folder of your project's TEMPLATES, name {_ITS_SETTINGS}"


def _missing_setting(error: AttributeError, said: str) -> str:
    """Return the name of the missing setting."""
    is_settings = "global_settings" in said or type(error.obj).__name__ in ("Settings", "_Noting")
    found = re.search(r"has no attribute '(\w+)'", said) if is_settings else None
    return found[1] if found else ""


def _has_project() -> bool:
    return hasattr(settings._wrapped, "noted")
