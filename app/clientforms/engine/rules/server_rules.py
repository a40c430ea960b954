"""Rules that ask for what a page does not have: a database, a module, a file, a connection, a request.

Such a rule is left to the server. It adds no error; a note says so, and the form can be sent. All
other rules of the form hold. How a note is told from an error, `server_notes.py` says.
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
# What sockets say; one of a page never comes to be connected, and only using it says so.
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
    """A rule that is left to the server: its line, and what it asks for. Log records have it as `rule`."""

    file: str
    line: int
    what: str
    module: str = ""
    """The module that it could not import."""


def what_is_missing(error: BaseException) -> str:
    """Return what `error` says is not here, such as “a database”; empty for any other error.

    Libraries wrap what they catch in errors of their own, so what an error comes from counts too. A
    ValidationError is what the rule wants to say, whatever led to it.
    """
    if isinstance(error, ValidationError):
        return ""
    return next(filter(None, map(_missing, _sources(error))), "")


def _sources(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and the errors that it comes from, each once."""
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
            return f"{wanted}, which takes OpenSSL"
        case ConnectionError() | TimeoutError() | BlockingIOError():
            return "a connection"
        case NotImplementedError() if _LOOPS & _files(error):
            return "a connection"
        case OSError(errno=number) if number in _UNREACHABLE:
            return "a connection or a process"
        case OSError() | RuntimeError() if _CONNECTING & _files(error):  # Pyodide's ssl has no TLS
            return "a connection or a process"
        case OSError() if "unknown url type: https" in str(error):
            return "a connection"  # urllib has no https where Python has no ssl
        case FileNotFoundError():
            return f"the file {error.filename}" if error.filename else "a file"
        case TemplateDoesNotExist():
            return f"the template {error}"
    if type(error).__name__ in _OF_DATABASE:
        return "a database"
    return ""


def missing_hash(error: BaseException) -> str:
    """Return what `error` says a page's hashlib has not, for there is no OpenSSL; empty for any other error."""
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
    """Return whether code wanted something of a request, and had None in its place.

    Such code has it by the name `request`, of its own or of its object: that None has no `user` may be a
    mistake elsewhere.
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
    """Let the rules of `form`, which is not cleaned yet, ask in vain without harm.

    They are its fields' validators and own `clean()`, `clean_<field>()`, `clean()` and `_post_clean()`.
    The form's fields become its own: others may share them.
    """
    if "_post_clean" in vars(form):
        return  # a form that is cleaned once more
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
    """Let the `clean()` of a formset ask in vain without harm."""
    if not iscoroutinefunction(formset.clean):
        formset.clean = _guarded(formset.clean)


def _guarded(rule: Callable[..., Any], owner: str = "") -> Callable[..., Any]:
    """Return `rule` as one that raises `LeftToServer` if what it asks for is not here."""

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
    """Return a validator of a developer's guarded by itself: what the field's others say has to hold."""
    named = validator if hasattr(validator, "__qualname__") else type(validator)
    if str(getattr(named, "__module__", "")).startswith("django."):
        return validator
    return _guarded(validator, named.__qualname__)


def _value_of(
    form: BaseForm, name: str, rule: Callable[[], Any], left: dict[str | None, LeftToServer]
) -> Any:
    """Return what a `clean_<field>()` does, or the field's value if the rule is `left` to the server.

    The rules after it hold: a model's validators pass over a field that has an error.
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
    """Return whether `error`, which the asynchronous `rule` ended with, leaves it to the server."""
    missing = what_is_missing(error)
    if missing:
        _tell(rule, "", error, missing)
    return bool(missing)


def _tell(rule: Any, owner: str, error: BaseException, missing: str) -> None:
    """Tell the author once, on the console, which rule the server has to check."""
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
    """Tell the author once more of rules that they were told of."""
    _told.clear()


def _files(error: BaseException) -> set[str]:
    frames = traceback.walk_tb(error.__traceback__)
    return {os.path.basename(frame.f_code.co_filename) for frame, _ in frames}
