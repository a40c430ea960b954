"""The only module that accesses JavaScript. All others get the page's objects from here.

JavaScript's `null` is not Python's `None` but a separate object, which is false, while DOM objects
are true. So test values from the DOM for truth, never with `is None`.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Mapping
from encodings import utf_16_le
from typing import Any

import js
from pyodide.ffi import (
    JsException,
    create_once_callable,
    create_proxy,
    jsnull,
    to_js,
)

from clientforms.errors import DataError

__all__ = [
    "JsException",
    "closest",
    "console",
    "css_escape",
    "custom_event",
    "detail_of",
    "document",
    "error_name",
    "error_object",
    "fetch_bytes",
    "fetch_bytes_now",
    "fetch_text",
    "file_list",
    "guard_submits",
    "json_to_js",
    "keeping_script",
    "load_library",
    "local_time",
    "mutation_observer",
    "page_file",
    "plain_to_js",
    "pointer_event",
    "promise",
    "proxy",
    "queue_microtask",
    "read_file",
    "rows_script",
    "runtime_file",
    "to_array",
    "to_python",
    "when_idle",
    "window",
    "words_for_the_worst",
]

_LARGEST_INTEGER = 2**53 - 1
_LONG_NUMBER = re.compile(r"\d{16}")

document: Any = js.document
window: Any = js.window
console: Any = js.console


def proxy(callback: Callable[..., Any]) -> Any:
    """Return a JavaScript function that calls `callback`. The caller must `destroy()` it."""
    return create_proxy(callback)


def queue_microtask(callback: Callable[[], None]) -> None:
    """Call `callback` after the running script, before any other event."""
    js.queueMicrotask(create_once_callable(callback))


def when_idle(callback: Callable[[], Any]) -> None:
    """Call `callback` once when the page is idle, or after a pause if the browser cannot tell.

    On a busy machine a page may never be idle, so it is called after two seconds at the latest.
    """
    function = create_once_callable(lambda *_: callback())  # browsers pass an IdleDeadline
    if hasattr(js, "requestIdleCallback"):
        js.requestIdleCallback(function, plain_to_js({"timeout": 2000}))
    else:
        js.setTimeout(function, 500)


def promise(start: Callable[[Any, Any], None]) -> Any:
    """Return a JavaScript Promise; `start` is called at once with its `resolve` and `reject`."""
    return js.Promise.new(create_once_callable(start))


def error_object(message: str) -> Any:
    """Return a JavaScript Error."""
    return js.Error.new(message)


def error_name(error: JsException) -> str:
    """Return the name of the DOMException or error, for example `QuotaExceededError`."""
    return str(getattr(error, "name", "") or type(error).__name__)


def local_time(milliseconds: float, language: str) -> tuple[str, str]:
    """Return a time formatted for this language, and in ISO 8601."""
    moment = js.Date.new(milliseconds)
    options = plain_to_js({"dateStyle": "medium", "timeStyle": "short"})
    try:
        text = moment.toLocaleString(*([language] if language else [js.undefined]), options)
    except JsException:  # lang="not a language"
        text = moment.toLocaleString(js.undefined, options)
    return str(text), str(moment.toISOString())


def plain_to_js(value: Any) -> Any:
    """Return plain Python data as JavaScript objects and arrays."""
    return to_js(value, dict_converter=js.Object.fromEntries)


def to_array(values: Iterable[Any]) -> Any:
    """Return a JavaScript array of these values, converting tuples to arrays, too."""
    return to_js(list(values))


def to_python(value: Any) -> Any:
    """Convert a plain JavaScript value to Python, as JSON would.

    `null` and `undefined` become None. Raises DataError for other values, such as a Map or a BigInt.
    """
    if value is jsnull:
        return None
    if isinstance(value, str | int | float | None):
        return value
    # Convert with JSON, because Pyodide guesses by keys: it takes an object with "message" and
    # "stack" for an error, and does not accept one with "constructor" as plain.
    tag = str(js.Object.prototype.toString.call(value))
    if tag in ("[object Null]", "[object Undefined]"):  # not by truth: an empty list is false, too
        return None
    if tag not in ("[object Object]", "[object Array]"):
        raise DataError(f"Expected a plain value, as JSON has it, got {tag}.")
    try:
        return json.loads(js.JSON.stringify(value))
    except JsException as error:
        raise DataError(f"Expected a plain value, as JSON has it: {error.message}.") from None


def json_to_js(value: Any) -> Any:
    """Convert data from `to_plain()` to JavaScript.

    Integers that JavaScript cannot represent (beyond 2 to the 53rd) become text.
    """
    written = json.dumps(value)
    if _LONG_NUMBER.search(written):
        written = json.dumps(_with_safe_integers(value))
    return js.JSON.parse(written)


def _with_safe_integers(value: Any) -> Any:
    match value:
        case int() if abs(value) > _LARGEST_INTEGER:
            return str(value)
        case dict():
            return {key: _with_safe_integers(inner_value) for key, inner_value in value.items()}
        case list() | tuple():
            return [_with_safe_integers(inner_value) for inner_value in value]
    return value


def custom_event(name: str, detail: Any, *, cancelable: bool = False) -> Any:
    """Return a bubbling CustomEvent with plain Python data as its detail."""
    options = plain_to_js({"bubbles": True, "cancelable": cancelable})
    options.detail = json_to_js(detail)
    return js.CustomEvent.new(name, options)


def closest(target: Any, selector: str) -> Any | None:
    """Return the closest ancestor of an event's `target` that matches, or None.

    The target is the document if another script, such as Django's admin, fired the event there.
    """
    return target.closest(selector) if target.nodeType == 1 else None


def detail_of(event: Any, name: str) -> Any:
    """Return a property of the event's `detail`, None if it is missing.

    Events of other scripts may have a different detail, or none.
    """
    return getattr(getattr(event, "detail", None), name, None)


def css_escape(text: str) -> str:
    """Return `text` escaped for a quoted attribute value in a selector."""
    return str(js.CSS.escape(text))


def mutation_observer(callback: Any) -> Any:
    """Return a MutationObserver that calls the JavaScript function `callback`."""
    return js.MutationObserver.new(callback)


def pointer_event(name: str) -> Any:
    """Return a bubbling PointerEvent without coordinates."""
    return js.PointerEvent.new(name, plain_to_js({"bubbles": True, "cancelable": True}))


def rows_script() -> Any:
    """Return the functions of `static/rows.js`, which `interpreter.js` loads."""
    return js.window.clientforms.rows


def guard_submits(form: Any, ask: Any) -> Callable[[], None]:
    """Cancel submits of `form` unless `ask`, a JavaScript function, returns True for the event.

    This works even if Python crashes in `ask`. Return a function that ends it.
    """
    end: Callable[[], None] = js.window.clientforms.guard(form, ask)
    return end


def words_for_the_worst(words: Mapping[str, str | Mapping[str, str]]) -> None:
    """Pass translated texts, and `marks` of their element, to `static/died.js`, which shows them if Python crashes."""
    js.window.clientforms.speak(json.dumps(dict(words)))


def keeping_script() -> Any:
    """Return the functions of `static/keeping.js`, which `interpreter.js` loads."""
    return js.window.clientforms.keeping


_libraries: dict[str, asyncio.Future[Any]] = {}


async def load_library(name: str, file: str) -> Any:
    """Load `file`, a classic script of the runtime, once, and return its global `name`.

    A global of that name in the page is not replaced. Raises OSError if there is no such file.
    """
    if name not in _libraries:  # concurrent callers share one task
        _libraries[name] = asyncio.ensure_future(_load_library(name, file))
    try:
        return await asyncio.shield(_libraries[name])
    except OSError:
        _libraries.pop(name, None)
        raise


async def _load_library(name: str, file: str) -> Any:
    own = getattr(js.window, name, None)
    await _load_script(runtime_file(file))
    library = getattr(js.window, name)
    if own is None:
        delattr(js.window, name)
    else:
        setattr(js.window, name, own)
    return library


async def _load_script(url: str) -> None:
    script = js.document.createElement("script")
    script.src = url
    if integrity := _integrity_of(url):
        script.integrity = integrity

    def start(resolve: Any, reject: Any) -> None:
        script.onload = resolve
        script.onerror = resolve
        js.document.head.append(script)

    event = await promise(start)
    script.remove()
    if event.type != "load":
        raise OSError(f"{url} could not be loaded.")


def _integrity_of(url: str) -> str:
    """Return the hash of a script from a built page's import map, empty if there is none."""
    for script in js.document.querySelectorAll('script[type="importmap"]'):
        for name, integrity in json.loads(script.textContent).get("integrity", {}).items():
            if url.endswith(name.removeprefix(".")):
                return str(integrity)
    return ""


def page_file(content: bytes, name: str, content_type: str) -> Any:
    """Return a new File of the page."""
    return js.File.new(to_js([to_js(content)]), name, plain_to_js({"type": content_type}))


def file_list(files: Iterable[Any]) -> Any | None:
    """Return a FileList for a file input, None if the browser cannot make one."""
    try:
        transfer = js.DataTransfer.new()
        for file in files:
            transfer.items.add(file)
    except (AttributeError, JsException):
        return None
    return transfer.files


async def read_file(handle: Any) -> bytes:
    """Return the content of a File. Raises OSError if it can no longer be read."""
    try:
        buffer = await handle.arrayBuffer()
    except JsException as error:
        raise OSError(f"{handle.name} could not be read: {error}") from error
    return bytes(buffer.to_bytes())


async def fetch_text(url: str) -> str:
    """Return the text of a file of the site. Raises OSError naming it."""
    response = await js.fetch(url)
    if not response.ok:
        raise OSError(f"{url} is not served here (status {response.status}).")
    return str(await response.text())


async def fetch_bytes(url: str) -> bytes:
    """Return the content of a file of the site. Raises OSError naming it."""
    try:
        response = await js.fetch(url)
    except JsException as error:
        raise OSError(f"{url} could not be loaded: {error.message}") from None
    if not response.ok:
        raise OSError(f"{url} could not be loaded: the server answered {response.status}.")
    return bytes((await response.arrayBuffer()).to_bytes())


def runtime_file(name: str) -> str:
    """Return the URL of the file `name` of the assembled runtime."""
    return str(js.window.clientforms.locate(name))


def fetch_bytes_now(url: str) -> bytes:
    """Return the content of `url` with a blocking request. Raises OSError naming it.

    Such a request cannot return a buffer, so each character of its text is made to hold one byte.
    """
    request = js.XMLHttpRequest.new()
    request.open("GET", url, False)
    request.overrideMimeType("text/plain; charset=x-user-defined")
    try:
        request.send()
    except JsException as error:
        raise OSError(f"{url} could not be loaded: {error.message}") from None
    if request.status != 200:
        raise OSError(f"{url} could not be loaded: the server answered {request.status}.")
    return utf_16_le.encode(str(request.responseText))[0][::2]
