"""Every exception that Python has, for the code of a developer to raise. Pages of tests run this text as well."""

import asyncio
import builtins

__all__ = ["LEFT_TO_SERVER", "every_exception"]

LEFT_TO_SERVER = (ConnectionError, TimeoutError, BlockingIOError, FileNotFoundError)
"""What asks for something that a page has not: docs/how-to/models.md says that its rule is left to the server."""

_IT_IS_SO = ("it is so",)
_ARGUMENTS = {
    "UnicodeDecodeError": ("utf-8", b"x", 0, 1, "it is so"),
    "UnicodeEncodeError": ("utf-8", "x", 0, 1, "it is so"),
    "UnicodeTranslateError": ("x", 0, 1, "it is so"),
    "BaseExceptionGroup": ("several", [KeyboardInterrupt("it is so")]),
    "ExceptionGroup": ("several", [ValueError("it is so")]),
}


def every_exception() -> dict[str, BaseException]:
    """Return one of each kind, by its name. An alias, such as IOError, is no kind of its own."""
    kinds = [
        each
        for each in vars(builtins).values()
        if isinstance(each, type) and issubclass(each, BaseException)
    ]
    named = {each.__name__: each for each in (*kinds, asyncio.CancelledError)}
    return {name: kind(*_ARGUMENTS.get(name, _IT_IS_SO)) for name, kind in sorted(named.items())}
