"""Somebody who visits the project: the same steps on a Django server, and in a page that has Django in it.

Cases are written for `Visitor`, which any browser can be driven by. Those that upload, download or press keys are
for a `BrowserVisitor`, one of Chromium.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import JSHandle, Locator, Page, Response

__all__ = [
    "CONTAINER",
    "READY",
    "SHOWN",
    "BrowserVisitor",
    "Downloaded",
    "PageVisitor",
    "ServerVisitor",
    "Visitor",
    "path_in_fragment",
]

CONTAINER = "div[data-site]"
"""What shows the project in the page."""

READY = """() => Promise.race([
    clientforms.ready.then(() => clientforms.site.ready).then(() => true),
    new Promise((_, fail) => setTimeout(() => fail(new Error("The site is not there after a minute.")), 60_000)),
])"""
SHOWN = """() => new Promise((done, fail) => {
    addEventListener("site:shown", ({detail}) => done(detail), {once: true});
    setTimeout(() => fail(new Error("No answer is shown after half a minute.")), 30_000);
})"""

_FILL = """(body, [selector, values]) => {
    const form = body.querySelector(selector);
    for (const [name, value] of Object.entries(values)) {
        const controls = [...form.elements].filter((each) => each.name === name);
        if (!controls.length) throw new Error(`The form has no control of the name ${name}.`);
        const wanted = [value].flat().map(String);
        for (const control of controls) {
            if (control.type === "checkbox" || control.type === "radio") {
                control.checked = typeof value === "boolean" ? value : wanted.includes(control.value);
            } else if (control.tagName === "SELECT") {
                for (const each of control.options) each.selected = wanted.includes(each.value);
                if (!control.multiple && control.value !== wanted[0]) throw new Error(`${name} has no ${wanted[0]}.`);
            } else {
                control.value = wanted[controls.indexOf(control)] ?? "";
            }
            control.dispatchEvent(new Event("input", {bubbles: true}));
            control.dispatchEvent(new Event("change", {bubbles: true}));
        }
    }
}"""
_CLICK = """(body, [selector, text, isExact]) => {
    const fits = ({textContent}) => isExact ? textContent.trim() === text : textContent.includes(text);
    Array.from(body.querySelectorAll(selector)).find(fits).click();
}"""
_TEXTS = (
    "(body, selector) => Array.from(body.querySelectorAll(selector), (each) => each.textContent)"
)
_MESSAGES = """(body) => Array.from(
    body.querySelectorAll("#messages li"), (each) => [each.className, each.textContent])"""
_VALUE = """(body, name) => body.querySelector(`[name="${name}"]`).value"""
_STYLE = "(body, [selector, name]) => getComputedStyle(body.querySelector(selector))[name]"
_SCROLLED = """() => new Promise((done, fail) => {
    const end = Date.now() + 15_000;
    const look = () => {
        if (scrollY > 2000) done(true);
        else if (Date.now() > end) fail(new Error(`It is scrolled to ${scrollY}.`));
        else requestAnimationFrame(look);
    };
    look();
})"""


@dataclass(frozen=True)
class Downloaded:
    """A file that a visitor was given."""

    name: str
    content: bytes


class Visitor(ABC):
    """What all do. `status` is that of the answer that is shown, after all redirects."""

    status = 0

    @property
    @abstractmethod
    def path(self) -> str:
        """The address of what is shown, with its query: /books/?page=2."""

    @property
    @abstractmethod
    def title(self) -> str:
        """The title of what is shown."""

    @abstractmethod
    def start_afresh(self) -> None:
        """Put the project back to its fixture, and forget all cookies."""

    @abstractmethod
    def visit(self, path: str) -> None:
        """Enter an address."""

    @abstractmethod
    def reload(self) -> None:
        """Load the whole page again."""

    @abstractmethod
    def back(self) -> None:
        """Go back in the browser's history."""

    @abstractmethod
    def forward(self) -> None:
        """Go forward in the browser's history."""

    @abstractmethod
    def answered(self, act: Callable[[], object]) -> None:
        """Do something that makes the project answer; return as the answer is shown."""

    @abstractmethod
    def uncaught(self) -> list[str]:
        """Return what scripts have raised, and nobody has caught, since this was last asked."""

    @abstractmethod
    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Call a function of JavaScript with the element of the answer, and with the argument."""

    @property
    def text(self) -> str:
        """What the answer says, as it is shown."""
        return self.evaluate("(body) => body.innerText").strip()

    def lines(self, selector: str = "#lines li") -> list[str]:
        """Return the texts of these elements."""
        return [" ".join(each.split()) for each in self.evaluate(_TEXTS, selector)]

    def line(self, selector: str) -> str:
        """Return the text of the one such element."""
        lines = self.lines(selector)
        assert len(lines) == 1, f"{selector}: {lines} in {self.path}, which says {self.text}"
        return lines[0]

    def has(self, selector: str) -> bool:
        """Return whether there is such an element."""
        return bool(self.lines(selector))

    def messages(self) -> list[list[str]]:
        """Return what Django's messages say, each after its classes."""
        return self.evaluate(_MESSAGES)

    def errors(self) -> list[str]:
        """Return the errors of the forms that are shown."""
        return self.lines(".errorlist li")

    def value(self, name: str) -> str:
        """Return what stands in the first control of this name."""
        return self.evaluate(_VALUE, name)

    def style(self, selector: str, name: str) -> str:
        """Return a property of the style that an element has."""
        return self.evaluate(_STYLE, [selector, name])

    def wait_until_scrolled(self) -> None:
        """Wait until the page is scrolled far down."""
        self.evaluate(_SCROLLED)

    def follow(self, text: str) -> None:
        """Follow the link with this text in it."""
        self.answered(lambda: self._click("a", text, is_exact=False))

    def press(self, text: str) -> None:
        """Press the button of this text, which submits its form."""
        self.answered(lambda: self._click("button", text, is_exact=True))

    def fill(self, values: dict[str, Any], form: str = "#form") -> None:
        """Fill the controls of these names."""
        self.evaluate(_FILL, [form, values])

    def submit(self, values: dict[str, Any], *, form: str = "#form", button: str = "") -> None:
        """Fill the form, and press its button: the first one, or that of this text."""
        self.fill(values, form)
        self.answered(lambda: self._click(f"{form} button", button, is_exact=bool(button)))

    def _click(self, selector: str, text: str, *, is_exact: bool) -> None:
        """Click the first such element with this text, or with this text in it.

        A script does so: a mouse costs a browser as much as all the rest.
        """
        self.evaluate(_CLICK, [selector, text, is_exact])

    def log_in(self, name: str, password: str = "open sesame") -> None:
        """Log in by the form for that."""
        self.visit("/accounts/login/")
        self.submit({"username": name, "password": password})
        assert self.line("#user") == name


class BrowserVisitor(Visitor):
    """Visits with Chromium. What `selector` finds has what the project answered, and nothing else."""

    def __init__(self, page: Page, selector: str) -> None:
        self.page = page
        self.selector = selector
        self._uncaught: list[str] = []
        page.on("pageerror", lambda error: self._uncaught.append(str(error)))

    @property
    def title(self) -> str:
        return self.page.title()

    def uncaught(self) -> list[str]:
        found, self._uncaught = self._uncaught, []
        return found

    def find(self, selector: str) -> Locator:
        """Return elements of the answer."""
        return self.page.locator(self.selector).locator(selector)

    def evaluate(self, function: str, argument: Any = None) -> Any:
        # Through a locator, Playwright would put all of its own script into each page.
        found = f"document.querySelector({json.dumps(self.selector)})"
        return self.page.evaluate(f"(given) => ({function})({found}, given)", argument)

    def fill(self, values: dict[str, Any], form: str = "#form") -> None:
        """Fill the controls of these names. Paths are files."""
        super().fill({name: each for name, each in values.items() if not _is_files(each)}, form)
        for name, value in values.items():
            if _is_files(value):
                self.find(f'{form} [name="{name}"]').set_input_files(value)

    def download(self, text: str) -> Downloaded:
        """Follow the link to a file, and return the file."""
        with self.page.expect_download() as found:
            self._click("a", text, is_exact=True)
        download = found.value
        return Downloaded(download.suggested_filename, Path(download.path()).read_bytes())


class ServerVisitor(BrowserVisitor):
    """Visits the project on its server."""

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page, "body")
        self._address = address

    @property
    def path(self) -> str:
        parts = urlsplit(self.page.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def start_afresh(self) -> None:
        answer = self.page.request.post(f"{self._address}/reset/")  # quicker than by its form
        assert answer.ok, answer.text()
        self.page.context.clear_cookies()

    def visit(self, path: str) -> None:
        self._note(self.page.goto(self._address + path))

    def reload(self) -> None:
        self._note(self.page.reload())

    def back(self) -> None:
        self._note(self.page.go_back())

    def forward(self) -> None:
        self._note(self.page.go_forward())

    def answered(self, act: Callable[[], object]) -> None:
        with self.page.expect_navigation() as found:
            act()
        self._note(found.value)

    def _note(self, response: Response | None) -> None:
        if response is not None:  # if it is only another place of the same page
            self.status = response.status


class PageVisitor(BrowserVisitor):
    """Visits the project in a static page, in the container that it has there."""

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page, CONTAINER)
        page.goto(address)
        page.evaluate(READY)

    @property
    def path(self) -> str:
        return path_in_fragment(self.page.url)

    def start_afresh(self) -> None:
        self.visit("/reset/")
        self.press("Reset")
        assert self.lines("p") == ["Ready"]

    def visit(self, path: str) -> None:
        with self._shown():
            self.page.evaluate("(path) => { clientforms.site.navigate(path); }", path)

    def reload(self) -> None:
        self.page.reload()
        self.page.evaluate(READY)

    def back(self) -> None:
        with self._shown():
            self.page.evaluate("() => history.back()")

    def forward(self) -> None:
        with self._shown():
            self.page.evaluate("() => history.forward()")

    def answered(self, act: Callable[[], object]) -> None:
        with self._shown():
            act()

    @contextmanager
    def _shown(self) -> Iterator[None]:
        handle: JSHandle = self.page.evaluate_handle(f"() => ({{detail: ({SHOWN})()}})")
        yield
        self.status = self.page.evaluate("({detail}) => detail", handle)["status"]
        handle.dispose()


def path_in_fragment(url: str) -> str:
    """Return the site's address in that of its page."""
    return urlsplit(url).fragment.partition("#")[0]


def _is_files(value: object) -> bool:
    return isinstance(value, Path) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], Path)
    )
