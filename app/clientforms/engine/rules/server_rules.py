"""Leave rules to the server that need a database, a module, a file, a connection or a request.

Such a rule adds a note instead of an error, and the form can be sent. All other rules of the
form apply. `server_notes.py` distinguishes notes from errors.
"""

from __future__ import annotations

import copy
import errno
import logging
import os
import re
import traceback
from collections.abc import Callable, Iterator
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any, NamedTuple

from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.forms import BaseForm
from django.template import TemplateDoesNotExist

from clientforms.engine.rules.server_notes import LeftToServer
from clientforms.texts import text

__all__ = [
    "RuleLeft",
    "forget_told",
    "guard",
    "guard_whole",
    "is_left",
    "missing_hash",
    "what_is_missing",
]

_log = logging.getLogger("clientforms")
_told: set[str] = set()

_CONNECTING = frozenset({"socket.py", "ssl.py", "subprocess.py"})
_LOOPS = frozenset({"events.py", "webloop.py"})  # asyncio's, and Pyodide's
# Errors of sockets. In a page, a socket never connects, which only using it reveals.
_UNREACHABLE = frozenset(
    getattr(errno, name, None)
    for name in (
        *("EADDRNOTAVAIL", "EAFNOSUPPORT", "EDESTADDRREQ", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN"),
        *("ENETUNREACH", "ENOSYS", "ENOTCONN", "ENOTSUP", "EOPNOTSUPP", "EPROTONOSUPPORT"),
    )
) - {None}
_OF_DATABASE = frozenset({"ConnectionDoesNotExist", "OperationalError", "ProgrammingError"})
_GETTING_VARIABLE = type(os.environ).__getitem__.__code__
# fmt: off
_OF_REQUEST = frozenset({
    "COOKIES", "FILES", "GET", "META", "POST", "body", "build_absolute_uri", "content_type", "get_host", "get_port",
    "get_signed_cookie", "headers", "is_secure", "method", "path", "path_info", "resolver_match", "scheme",
    "session", "site", "user",
})
# fmt: on


class RuleLeft(NamedTuple):
    """A rule that is left to the server: its line, and what it needs. In log records, it is `rule`."""

    file: str
    line: int
    what: str
    module: str = ""
    """The module that could not be imported."""


def what_is_missing(error: BaseException) -> str:
    """Return what is missing according to `error`, such as “a database”, or an empty string.

    Libraries wrap errors in their own, so causes count too. A ValidationError, whatever its cause,
    is the rule's verdict.
    """
    if isinstance(error, ValidationError):
        return ""
    return next(filter(None, map(_missing, _sources(error))), "")


def _sources(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and its causes, each once."""
    waiting, seen = [error], set()
    while waiting:
        source = waiting.pop(0)
        if id(source) in seen:
            continue
        seen.add(id(source))
        yield source
        group = source.exceptions if isinstance(source, BaseExceptionGroup) else ()
        reason = getattr(source, "reason", None)  # of urllib's and urllib3's errors
        linked = (reason, source.__cause__, source.__context__, *group)
        waiting += [cause for cause in linked if isinstance(cause, BaseException)]


def _missing(error: BaseException) -> str:
    match error:
        case ImproperlyConfigured() if "settings.DATABASES" in str(error):
            return "a database"
        case ImproperlyConfigured() if "has not been installed" in str(error):
            return "the user model"  # get_user_model()
        case ImproperlyConfigured() if "SECRET_KEY" in str(error):
            return "SECRET_KEY"
        case AttributeError(name=str(name)) if error.obj is global_settings:
            return f"the setting {name}"
        case AttributeError() if _wants_request(error):
            return "the request"
        case KeyError(args=(name,)) if _last_code(error) is _GETTING_VARIABLE:
            return f"the environment variable {name}"
        case ModuleNotFoundError(name=str(name)):
            return f"the module {name}"
        case RuntimeError() if "start new thread" in str(error) or "has no threads" in str(error):
            return "threads"
        case _ if wanted := missing_hash(error):
            return f"{wanted}, which needs OpenSSL"
        case ConnectionError() | TimeoutError() | BlockingIOError():
            return "a connection"
        case NotImplementedError() if _LOOPS & _files(error):
            return "a connection"
        case OSError(errno=number) if number in _UNREACHABLE:
            return "a connection or a process"
        case OSError() | RuntimeError() if _CONNECTING & _files(error):  # Pyodide's ssl has no TLS
            return "a connection or a process"
        case OSError() if "unknown url type: https" in str(error):
            return "a connection"  # urllib has no https if Python has no ssl
        case FileNotFoundError():
            return f"the file {error.filename}" if error.filename else "a file"
        case TemplateDoesNotExist():
            return f"the template {error}"
    if type(error).__name__ in _OF_DATABASE:
        return "a database"
    return ""


def missing_hash(error: BaseException) -> str:
    """Return the function that hashlib lacks without OpenSSL, or an empty string."""
    said = str(error)
    match error:
        case AttributeError() if getattr(error.obj, "__name__", "") == "hashlib":
            return f"hashlib.{error.name}"
        case ImportError(name="hashlib") if found := re.match(r"cannot import name '(\w+)'", said):
            return f"hashlib.{found[1]}"
        case ValueError() if found := re.match(r"unsupported hash type (.+)", said):
            return f"hashlib.new({found[1]!r})"
    return ""


def _wants_request(error: AttributeError) -> bool:
    """Return whether code read an attribute of a request that is None.

    The code must have it as a variable or attribute `request`: elsewhere, None without a `user` may
    be a bug.
    """
    if error.obj is not None or error.name not in _OF_REQUEST or "NoneType" not in str(error):
        return False
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    names = frame.f_locals
    places = (names, getattr(names.get("self"), "__dict__", {}))
    return any("request" in place and place["request"] is None for place in places)


def _last_code(error: BaseException) -> Any:
    frames = list(traceback.walk_tb(error.__traceback__))
    return frames[-1][0].f_code if frames else None


def guard(form: BaseForm) -> None:
    """Leave rules of `form`, which is not cleaned yet, to the server if they cannot run here.

    Rules are its fields' validators and `clean()`, and its own `clean_<field>()`, `clean()` and
    `_post_clean()`. The fields are copied, because other forms may share them.
    """
    if "_post_clean" in vars(form):
        return  # the form is cleaned again
    fields = dict(form.fields)
    left: dict[str | None, LeftToServer] = {}
    for name, field in fields.items():
        fields[name] = own = copy.copy(field)
        own.validators = [_guarded_validator(validator) for validator in field.validators]
        own.clean = _guarded(own.clean, type(field).__qualname__)
        rule = getattr(form, f"clean_{name}", None)
        if rule is not None and not iscoroutinefunction(rule):
            setattr(form, f"clean_{name}", partial(_value_of, form, name, _guarded(rule), left))
    form.fields = fields
    form._bound_fields_cache.clear()
    if not iscoroutinefunction(form.clean):
        form.clean = _guarded(form.clean)
    form._post_clean = partial(_after, form, form._post_clean, left)


def guard_whole(formset: Any) -> None:
    """Leave the `clean()` of a formset to the server if it cannot run here."""
    if not iscoroutinefunction(formset.clean):
        formset.clean = _guarded(formset.clean)


def _guarded(rule: Callable[..., Any], owner: str = "") -> Callable[..., Any]:
    """Wrap `rule` so that it raises `LeftToServer` if what it needs is missing."""

    @wraps(rule)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return rule(*args, **kwargs)
        except Exception as error:
            missing = what_is_missing(error)
            if not missing:
                raise
            _tell(rule, owner, error, missing)
            raise LeftToServer(text("The server checks this.")) from error

    return guarded


def _guarded_validator(validator: Any) -> Any:
    """Guard a developer's validator on its own, so that the field's other validators apply."""
    named = validator if hasattr(validator, "__qualname__") else type(validator)
    if str(getattr(named, "__module__", "")).startswith("django."):
        return validator
    return _guarded(validator, named.__qualname__)


def _value_of(
    form: BaseForm, name: str, rule: Callable[[], Any], left: dict[str | None, LeftToServer]
) -> Any:
    """Return what `clean_<field>()` returns, or the field's value if the rule is `left` to the server.

    The error is added later, because a model's validators skip fields that have one.
    """
    try:
        return rule()
    except LeftToServer as error:
        left[name] = error
        return form.cleaned_data.get(name)


def _after(form: BaseForm, rule: Callable[[], None], left: dict[str | None, LeftToServer]) -> None:
    try:
        _guarded(rule)()
    except LeftToServer as error:
        left[None] = error
    for name, note in left.items():
        form.add_error(name, note)


def is_left(rule: Callable[..., Any], error: BaseException) -> bool:
    """Return whether the asynchronous `rule`, which raised `error`, is left to the server."""
    missing = what_is_missing(error)
    if missing:
        _tell(rule, "", error, missing)
    return bool(missing)


def _tell(rule: Any, owner: str, error: BaseException, missing: str) -> None:
    """Log once which rule the server has to check."""
    frames = list(traceback.walk_tb(error.__traceback__))
    code = getattr(getattr(rule, "__func__", rule), "__code__", None)
    own = [pair for pair in frames if pair[0].f_code is code]
    frame, number = (own or frames)[-1]
    file, name = frame.f_code.co_filename, getattr(rule, "__qualname__", owner)
    what = f"{name}() asks for {missing}"
    line = f"{os.path.basename(file)}:{number}: {what}"
    if line not in _told:
        _told.add(line)
        source = next(filter(_missing, _sources(error)))
        module = source.name if isinstance(source, ModuleNotFoundError) else None
        left = {"rule": RuleLeft(file, number, what, module or "")}
        _log.warning("%s. The page leaves this rule to the server.", line, extra=left)


def forget_told() -> None:
    """Allow rules that were logged to be logged again."""
    _told.clear()


def _files(error: BaseException) -> set[str]:
    frames = traceback.walk_tb(error.__traceback__)
    return {os.path.basename(frame.f_code.co_filename) for frame, _ in frames}
