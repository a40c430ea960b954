"""Select the Django settings of a project that are published in a page.

They are those that forms, templates and formats depend on (`PUBLISHED`), and those that packed code
reads: Django's in `PUBLISHED_IF_READ`, and the project's own constants. Anything that looks like a
secret is left out. docs/reference/settings.md has the same lists.
"""

from __future__ import annotations

import ast
import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

__all__ = [
    "PUBLISHED",
    "PUBLISHED_IF_READ",
    "Published",
    "literal",
    "looks_secret",
    "publish",
    "read_literal",
]

_FORMATS = (
    "DATE_FORMAT", "DATETIME_FORMAT", "TIME_FORMAT", "YEAR_MONTH_FORMAT", "MONTH_DAY_FORMAT",
    "SHORT_DATE_FORMAT", "SHORT_DATETIME_FORMAT", "DATE_INPUT_FORMATS", "TIME_INPUT_FORMATS",
    "DATETIME_INPUT_FORMATS", "FIRST_DAY_OF_WEEK", "DECIMAL_SEPARATOR", "THOUSAND_SEPARATOR",
    "NUMBER_GROUPING", "USE_THOUSAND_SEPARATOR", "FORMAT_MODULE_PATH",
)  # fmt: skip

PUBLISHED = (
    *_FORMATS,
    "USE_TZ", "TIME_ZONE", "USE_I18N", "AUTH_USER_MODEL", "AUTH_PASSWORD_VALIDATORS",
    "DEFAULT_AUTO_FIELD", "FORCE_SCRIPT_NAME", "FORM_RENDERER", "FORMS_URLFIELD_ASSUME_HTTPS",
    "LOCALE_PATHS", "TEMPLATES", "FILE_UPLOAD_MAX_MEMORY_SIZE", "DATA_UPLOAD_MAX_NUMBER_FIELDS",
)  # fmt: skip
"""Django's own settings that a page gets if a project overrides them."""

PUBLISHED_IF_READ = (
    "LANGUAGES", "LANGUAGES_BIDI", "MEDIA_URL", "LOGIN_URL", "LOGIN_REDIRECT_URL", "LOGOUT_REDIRECT_URL",
    "DATA_UPLOAD_MAX_MEMORY_SIZE", "DATA_UPLOAD_MAX_NUMBER_FILES", "PASSWORD_RESET_TIMEOUT",
)  # fmt: skip
"""Django's own settings that a page gets if a project overrides them and packed code reads them."""

_PAGES_OWN = frozenset({"DATABASES", "INSTALLED_APPS", "ROOT_URLCONF", "STATIC_URL", "STORAGES"})
"""Settings for which a page has its own value, whatever the project's is."""

_LIKE_A_SECRET = "it looks like a secret"

_SECRET_NAME = re.compile(
    r"SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL|PRIVATE|SIGNING|SALT|DSN|(?<![A-Z])KEYS?(?![A-Z])|(?<![A-Z])AUTH(?![A-Z])"
)
_SECRET_TEXT = re.compile(
    r"://[^/\s:@]+:[^/\s@]+@"  # a URL with a password
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(sk|pk|rk|ghp|gho|xox[abp]|AKIA|AIza|SG)[-_A-Za-z0-9]{16,}"
)
_RANDOM_TEXT = re.compile(r"(?=.*\d)(?=.*[a-z])[A-Za-z0-9+/=_!@#$%^&*()-]{32,}\Z", re.DOTALL)
_CONTAINERS = (list, tuple, set, frozenset)
_PLAIN = (
    str, bytes, bool, int, float, Decimal, type(None), datetime.timedelta, datetime.date,
    datetime.datetime, datetime.time,
)  # fmt: skip
_SPACE = {"datetime": datetime, "Decimal": Decimal, "gettext_lazy": gettext_lazy}


@dataclass
class Published:
    """`values` has settings as Python source, `kept_back` reasons for leaving out all or part of one."""

    values: dict[str, str] = field(default_factory=dict)
    kept_back: dict[str, str] = field(default_factory=dict)


def publish(settings: Any, read: Iterable[str], roots: Iterable[Path]) -> Published:
    """Return the part of `settings` for a page whose code was seen to `read` these names.

    Folders below one of `roots` become relative paths, as in the page.
    """
    from django.conf import global_settings

    found = Published()
    for name in PUBLISHED:
        if settings.is_overridden(name):
            value = _placed(name, getattr(settings, name), list(roots))
            rest = _without_secrets(name, value)
            if rest:
                _put(found, name, rest[0])
            if rest != [value]:
                found.kept_back[name] = "what looks like a secret is left out"
    for name in sorted(set(read) - {*PUBLISHED, "LANGUAGE_CODE"}):
        if not name.isupper() or not hasattr(settings, name):
            continue
        value = getattr(settings, name)
        is_djangos = hasattr(global_settings, name)
        if is_djangos and value == getattr(global_settings, name):
            continue
        if looks_secret("" if name in PUBLISHED_IF_READ else name, value):
            found.kept_back[name] = _LIKE_A_SECRET
        elif name in _PAGES_OWN:
            found.kept_back[name] = "a page has a value of its own"
        elif is_djangos and name not in PUBLISHED_IF_READ:
            found.kept_back[name] = "a page has Django's default"
        else:
            _put(found, name, value)
    return found


def _without_secrets(name: str, value: Any) -> list[Any]:
    """Return a list with the publishable value of one of Django's own settings, or an empty list.

    In a list, such as that of password validators, entries that look like secrets are left out. The
    name of the setting does not count.
    """
    if name == "LOCALE_PATHS":  # visible in the page as names of files
        return [value]
    if name == "TEMPLATES":
        return [[_engine_without_secrets(engine) for engine in value]]
    if not isinstance(value, (list, tuple)):
        return [] if looks_secret("", value) else [value]
    return [type(value)(entry for entry in value if not looks_secret("", entry))]


def _engine_without_secrets(engine: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template engine without options that look like a secret, ignoring names of libraries."""
    options = {
        name: value
        for name, value in engine["OPTIONS"].items()
        if not looks_secret("", list(value.values()) if name == "libraries" else value)
    }
    rest = {name: value for name, value in engine.items() if not looks_secret(name, value)}
    return {**rest, "DIRS": engine["DIRS"], "OPTIONS": options}


def looks_secret(name: str, value: Any) -> bool:
    """Return whether a setting's name, or any text in its value, looks like a secret."""
    if _SECRET_NAME.search(name.upper()):
        return True
    match value:
        case str():
            return bool(_SECRET_TEXT.search(value) or _RANDOM_TEXT.match(value))
        case bytes():
            return looks_secret(name, value.decode("latin-1"))
        case Promise():
            return looks_secret(name, _message(value) or "")
        case dict():
            return any(looks_secret(str(key), entry) for key, entry in value.items())
        case list() | tuple() | set() | frozenset():
            return any(looks_secret("", entry) for entry in value)
    return False


def literal(value: Any) -> str | None:
    """Return `value` as Python source, None if it is not a plain value.

    Plain values are text, bytes, numbers, dates, results of `gettext_lazy()`, and lists, tuples, sets
    and dicts of those.
    """
    if isinstance(value, Promise):
        message = _message(value)
        return None if message is None else f"gettext_lazy({message!r})"
    if isinstance(value, dict):
        pairs = [(literal(key), literal(entry)) for key, entry in value.items()]
        if any(None in pair for pair in pairs):
            return None
        return "{" + ", ".join(f"{key}: {entry}" for key, entry in pairs) + "}"
    if type(value) in _CONTAINERS:
        parts = [literal(entry) for entry in value]
        return None if None in parts else _container(value, [str(part) for part in parts])
    if type(value) in _PLAIN and getattr(value, "tzinfo", None) is None and value == value:
        return repr(value) if str(value) not in ("inf", "-inf", "Infinity") else None
    return None


def _message(value: Promise) -> str | None:
    """Return the message of `value` if `gettext_lazy()` made it, else None."""
    _, (function, arguments, *_) = value.__reduce__()
    return str(arguments[0]) if function is gettext and len(arguments) == 1 else None


def _container(value: Any, parts: list[str]) -> str:
    """Return the source of a list, tuple or set from the source of its `parts`. Sets are sorted."""
    match value:
        case list():
            return f"[{', '.join(parts)}]"
        case tuple():
            return f"({', '.join(parts)},)" if parts else "()"
    return f"{type(value).__name__}([{', '.join(sorted(parts))}])"


def read_literal(source: str) -> Any:
    """Return the value of `source`, which `literal()` made."""
    try:
        return ast.literal_eval(source)
    except ValueError:
        return eval(source, {"__builtins__": {"set": set, "frozenset": frozenset}, **_SPACE})


def _put(found: Published, name: str, value: Any) -> None:
    source = literal(value)
    if source is None:
        found.kept_back[name] = f"a page cannot be given {type(value).__name__}"
    else:
        found.values[name] = source


def _placed(name: str, value: Any, roots: list[Path]) -> Any:
    """Return a setting with folders as in the page."""
    match name:
        case "LOCALE_PATHS":
            return [place for folder in value if (place := _place(folder, roots))]
        case "TEMPLATES":
            return [_engine(engine, roots) for engine in value]
    return value


def _engine(engine: Mapping[str, Any], roots: list[Path]) -> dict[str, Any]:
    """Return a template engine without options that only requests need."""
    kept = {"builtins", "libraries", "string_if_invalid", "autoescape"}
    options = {name: value for name, value in engine.get("OPTIONS", {}).items() if name in kept}
    folders = [place for folder in engine.get("DIRS", ()) if (place := _place(folder, roots))]
    return {**engine, "DIRS": folders, "OPTIONS": options}


def _place(folder: Any, roots: list[Path]) -> str:
    path = Path(folder).resolve()
    for root in roots:
        if path.is_relative_to(root.resolve()):
            return path.relative_to(root.resolve()).as_posix()
    return ""
