"""Somebody who visits the project: the same steps on a Django server, and in a page that has Django in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Download, JSHandle, Locator, Page, Response

__all__ = ["Downloaded", "PageVisitor", "ServerVisitor", "Visitor"]

_FILL = """(form, values) => {
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


@dataclass(frozen=True)
class Downloaded:
    """A file that a visitor was given."""

    name: str
    content: bytes


class Visitor(ABC):
    """What both do. `body` holds what the project has answered, and nothing else.

    `status` is that of the answer that is shown, after all redirects.
    """

    body: Locator
    status: int

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    @abstractmethod
    def path(self) -> str:
        """The address of what is shown, with its query: /books/?page=2."""

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
    def start_afresh(self) -> None:
        """Put the project back to its fixture, and forget all cookies."""

    @property
    def title(self) -> str:
        return self.page.title()

    @property
    def text(self) -> str:
        return self.body.inner_text()

    def find(self, selector: str) -> Locator:
        """Return elements of the answer."""
        return self.body.locator(selector)

    def lines(self, selector: str = "#lines li") -> list[str]:
        """Return the texts of these elements."""
        return [" ".join(each.split()) for each in self.find(selector).all_text_contents()]

    def line(self, selector: str) -> str:
        """Return the text of the one such element."""
        (only,) = self.lines(selector)
        return only

    def messages(self) -> list[tuple[str, str]]:
        """Return what Django's messages say, each with its classes."""
        found = self.find("#messages li")
        return found.evaluate_all("all => all.map((each) => [each.className, each.textContent])")

    def errors(self) -> list[str]:
        """Return the errors of the forms that are shown."""
        return self.lines(".errorlist li")

    def value(self, name: str) -> str:
        """Return what stands in the control of this name."""
        return self.find(f'[name="{name}"]').input_value()

    def follow(self, text: str | Locator) -> None:
        """Follow the link of this text."""
        link = self._link(text)
        self.answered(link.click)

    def press(self, text: str) -> None:
        """Press the button of this text, which submits its form."""
        self.answered(self.body.get_by_role("button", name=text, exact=True).click)

    def fill(self, values: dict[str, Any], form: str = "#form") -> None:
        """Fill the controls of these names. Paths are files."""
        files = {name: value for name, value in values.items() if _is_files(value)}
        rest = {name: value for name, value in values.items() if name not in files}
        if rest:
            self.find(form).evaluate(_FILL, rest)
        for name, value in files.items():
            self.find(f'{form} [name="{name}"]').set_input_files(value)

    def submit(self, values: dict[str, Any], *, form: str = "#form", button: str = "") -> None:
        """Fill the form, and press its button: the first one, or that of this text."""
        self.fill(values, form)
        buttons = self.find(f"{form} button")
        chosen = buttons.get_by_text(button, exact=True) if button else buttons.first
        if button:
            chosen = self.find(form).get_by_role("button", name=button, exact=True)
        self.answered(chosen.click)

    def download(self, text: str | Locator) -> Downloaded:
        """Follow a link to a file, and return the file."""
        with self.page.expect_download() as found:
            self._link(text).click()
        return _downloaded(found.value)

    def log_in(self, name: str, password: str = "open sesame") -> None:
        """Log in by the form for that."""
        self.visit("/accounts/login/")
        self.submit({"username": name, "password": password})
        assert self.line("#user") == name

    def _link(self, text: str | Locator) -> Locator:
        return self.body.get_by_role("link", name=text) if isinstance(text, str) else text


class ServerVisitor(Visitor):
    """Visits the project on its server."""

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page)
        self._address = address
        self.body = page.locator("body")
        self.status = 0

    @property
    def path(self) -> str:
        return _path(self.page.url)

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
        if response is not None:  # only another place of the same page
            self.status = response.status


class PageVisitor(Visitor):
    """Visits the project in a static page, in the container that it has there."""

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page)
        self._address = address
        self.body = page.locator("div[data-site]")
        self.status = 0

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).fragment.partition("#")[0]

    def start_afresh(self) -> None:
        self.visit("/reset/")
        self.press("Reset")
        assert self.lines("p") == ["Ready"]

    def visit(self, path: str) -> None:
        with self._shown():
            self.page.evaluate("path => { clientforms.site.navigate(path); }", path)

    def open(self) -> None:
        """Load the page, and wait until the site runs."""
        self.page.goto(self._address)
        self.page.evaluate("() => clientforms.ready.then(() => clientforms.site.ready)")

    def reload(self) -> None:
        self.page.reload()
        self.page.evaluate("() => clientforms.ready.then(() => clientforms.site.ready)")

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
        shown: JSHandle = self.page.evaluate_handle(
            """() => ({detail: new Promise((done) => {
                addEventListener("site:shown", ({detail}) => done(detail), {once: true});
            })})"""
        )
        yield
        self.status = self.page.evaluate("({detail}) => detail", shown)["status"]
        shown.dispose()


def _is_files(value: object) -> bool:
    return isinstance(value, Path) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], Path)
    )


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _downloaded(download: Download) -> Downloaded:
    return Downloaded(download.suggested_filename, Path(download.path()).read_bytes())
