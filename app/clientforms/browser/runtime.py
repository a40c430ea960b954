"""The one door to JavaScript. Every other module gets the page's objects from here.

JavaScript's `null` is not Python's `None` here but an object of its own; it is false, as every
DOM object is true. So what comes from the DOM is tested for truth, never with `is None`.
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
    """Return a JavaScript function that calls `callback`. Its owner calls `destroy()`."""
    return create_proxy(callback)


def queue_microtask(callback: Callable[[], None]) -> None:
    """Call `callback` once the running script has ended, before any other event."""
    js.queueMicrotask(create_once_callable(callback))


def when_idle(callback: Callable[[], Any]) -> None:
    """Call `callback` once, when the page has nothing else to do; some browsers only wait.

    A browser on a busy machine may find a page never idle: then it is called after two seconds.
    """
    function = create_once_callable(lambda *_: callback())  # a browser tells how long it is idle
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
    """Return which DOMException or error it is, for example `QuotaExceededError`."""
    return str(getattr(error, "name", "") or type(error).__name__)


def local_time(milliseconds: float, language: str) -> tuple[str, str]:
    """Return a moment as people of this language write it, and as ISO 8601."""
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
    """Return a JavaScript array of these values, tuples among them as arrays of their own."""
    return to_js(list(values))


def to_python(value: Any) -> Any:
    """Return a plain value of JavaScript's as Python has it: what JSON says of it.

    `null` and `undefined` are None. Raises DataError for what is no plain value: a Map, a BigInt.
    """
    if value is jsnull:
        return None
    if isinstance(value, str | int | float | None):
        return value
    # By way of JSON, for Pyodide tells objects apart by their keys: it takes one with "message" and
    # "stack" for an error, and one with "constructor" for no plain object.
    tag = str(js.Object.prototype.toString.call(value))
    if tag in ("[object Null]", "[object Undefined]"):  # an empty list is false too
        return None
    if tag not in ("[object Object]", "[object Array]"):
        raise DataError(f"Expected a plain value, as JSON has it, got {tag}.")
    try:
        return json.loads(js.JSON.stringify(value))
    except JsException as error:
        raise DataError(f"Expected a plain value, as JSON has it: {error.message}.") from None


def json_to_js(value: Any) -> Any:
    """Return data as `to_plain()` has it as JavaScript's, which `JSON.stringify` takes back.

    Whole numbers that JavaScript does not have (beyond 2 to the 53rd) become their text.
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
    """Return a bubbling CustomEvent that carries plain Python data."""
    options = plain_to_js({"bubbles": True, "cancelable": cancelable})
    options.detail = json_to_js(detail)
    return js.CustomEvent.new(name, options)


def closest(target: Any, selector: str) -> Any | None:
    """Return the element around an event's `target` that fits, None if there is none.

    The target is the document if another script fired the event there, as Django's admin does.
    """
    return target.closest(selector) if target.nodeType == 1 else None


def detail_of(event: Any, name: str) -> Any:
    """Return what the event's `detail` has of this name, None if there is no such thing.

    Another script may have fired the event: with another detail, or as a plain Event, which has none.
    """
    return getattr(getattr(event, "detail", None), name, None)


def css_escape(text: str) -> str:
    """Return `text` fit to stand in a selector's quoted attribute value."""
    return str(js.CSS.escape(text))


def mutation_observer(callback: Any) -> Any:
    """Return a MutationObserver that calls the JavaScript function `callback`."""
    return js.MutationObserver.new(callback)


def pointer_event(name: str) -> Any:
    """Return a PointerEvent that bubbles and says no more than its name."""
    return js.PointerEvent.new(name, plain_to_js({"bubbles": True, "cancelable": True}))


def rows_script() -> Any:
    """Return what `static/rows.js` does to many rows at once; `interpreter.js` loads it."""
    return js.window.clientforms.rows


def guard_submits(form: Any, ask: Any) -> Callable[[], None]:
    """Let a submit of `form` go on only if `ask`, a JavaScript function, answers True to its event.

    That holds even if Python dies of the question. Return what ends it.
    """
    end: Callable[[], None] = js.window.clientforms.guard(form, ask)
    return end


def words_for_the_worst(words: Mapping[str, str]) -> None:
    """Tell the page what it shall say if Python dies; see `static/died.js`."""
    js.window.clientforms.speak(json.dumps(dict(words)))


def keeping_script() -> Any:
    """Return what `static/keeping.js` keeps of the page; `interpreter.js` loads it."""
    return js.window.clientforms.keeping


_libraries: dict[str, asyncio.Future[Any]] = {}


async def load_library(name: str, file: str) -> Any:
    """Return what `file` of the assembled runtime, a classic script, calls `name`. Loads it once.

    A page's own library of that name stays its own. Raises OSError if there is no such file.
    """
    if name not in _libraries:  # several may ask before it is there: they share one task
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
    """Return the hash that a built page's import map has for a script, empty if there is none."""
    for script in js.document.querySelectorAll('script[type="importmap"]'):
        for name, integrity in json.loads(script.textContent).get("integrity", {}).items():
            if url.endswith(name.removeprefix(".")):
                return str(integrity)
    return ""


def page_file(content: bytes, name: str, content_type: str) -> Any:
    """Return a new File of the page."""
    return js.File.new(to_js([to_js(content)]), name, plain_to_js({"type": content_type}))


def file_list(files: Iterable[Any]) -> Any | None:
    """Return a FileList to give to a file input, None where the browser makes none."""
    try:
        transfer = js.DataTransfer.new()
        for file in files:
            transfer.items.add(file)
    except (AttributeError, JsException):
        return None
    return transfer.files


async def read_file(handle: Any) -> bytes:
    """Return the content of a File. Raises OSError where it cannot be read any more."""
    try:
        buffer = await handle.arrayBuffer()
    except JsException as error:
        raise OSError(f"{handle.name} could not be read: {error}") from error
    return bytes(buffer.to_bytes())


async def fetch_text(url: str) -> str:
    """Return the text of a file that is served beside the page. Raises OSError naming it."""
    response = await js.fetch(url)
    if not response.ok:
        raise OSError(f"{url} is not served here (status {response.status}).")
    return str(await response.text())


async def fetch_bytes(url: str) -> bytes:
    """Return the content of a file that is served beside the page. Raises OSError naming it."""
    try:
        response = await js.fetch(url)
    except JsException as error:
        raise OSError(f"{url} could not be loaded: {error.message}") from None
    if not response.ok:
        raise OSError(f"{url} could not be loaded: the server answered {response.status}.")
    return bytes((await response.arrayBuffer()).to_bytes())


def runtime_file(name: str) -> str:
    """Return the address of a file of the assembled runtime, `name` in its folder."""
    return str(js.window.clientforms.locate(name))


def fetch_bytes_now(url: str) -> bytes:
    """Return the content of `url`; the page stands still meanwhile. Raises OSError naming it.

    Such a request may not ask for a buffer: each character of the text is made to hold one byte.
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
