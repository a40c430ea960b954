"""LivePage: what tests do in a page, and what they ask of it."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import tempfile
import textwrap
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from clientforms.builder.serve.checkout_server import LivePages

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "static" / "runtime"
BOOT = 90_000  # milliseconds; the machine may be shared

# A function that takes the classes off that say what was touched and changed: Django has none of them.
UNEDITED = """(root, names = ["clientforms-touched", "clientforms-changed"]) => {
    for (const each of [root, ...names.flatMap(name => [...root.querySelectorAll(`.${name}`)])]) {
        each.classList.remove(...names);
        if (!each.className) each.removeAttribute("class");
    }
    return root;
}"""

CASE = """<!doctype html>
<html {language}><head><meta charset="utf-8"><title>Case</title>
<link rel="icon" href="static/favicon.svg">
<script src="static/boot.js"></script>
<link rel="stylesheet" href="static/runtime/pyscript/core.css">
<script type="module" src="static/runtime/pyscript/core.js"></script>
</head><body>
{html}
<script type="py" config="pyscript.toml">
import sys, types
module = types.ModuleType("case")
sys.modules["case"] = module
exec(compile({source}, "case.py", "exec"), module.__dict__)
</script>
<script type="py" src="app/main.py" config="pyscript.toml"></script>
</body></html>"""


def case(html: str, python: str = "", language: str = 'lang="en"') -> str:
    """Return a page whose body is `html`, where `python` is the module `case`."""
    return CASE.format(language=language, html=html, source=json.dumps(source_of(python)))


def prerendered_case(page: str, python: str) -> str:
    """Return `page` as the development server sends it where its module is `case`."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        runtime = root / "static" / "runtime"
        shutil.copytree(RUNTIME / "languages", runtime / "languages")
        shutil.copyfile(RUNTIME / "manifest.json", runtime / "manifest.json")
        for there in ("pyodide", "site-packages.zip"):
            (runtime / there).symlink_to(RUNTIME / there)
        for there in (".django", "node_modules"):
            (root / there).symlink_to(ROOT / there)
        (root / "app").mkdir()
        (root / "app" / "case.py").write_text(source_of(python), "utf-8")
        (root / "case.html").write_text(page, "utf-8")
        with contextlib.redirect_stderr(io.StringIO()) as told:
            sent = LivePages(root).get(root / "case.html")
    assert told.getvalue() == ""
    assert sent
    return sent.body.decode("utf-8")


def source_of(python: str) -> str:
    return "from django import forms\n" + textwrap.dedent(python)


class LivePage:
    """A page with live forms, and the words that tests use for it."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.server = server

    def open_index(self) -> LivePage:
        self.page.goto(f"{self.server}/index.html")
        return self.wait_until_ready()

    def open_case(
        self,
        html: str,
        python: str = "",
        language: str = 'lang="en"',
        *,
        prerendered: bool = False,
        wait: bool = True,
    ) -> LivePage:
        """Open a page whose body is `html`, where `python` is the module `case`.

        `language` are the attributes of `<html>`. A page that is `prerendered` has its forms in
        its HTML, as the development server sends it.
        """
        body = case(html, python, language)
        if prerendered:
            body = prerendered_case(body, python)
        url = f"{self.server}/case.html"
        self.page.context.route(
            url,
            lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"),
        )
        self.page.goto(url, wait_until="load" if wait else "commit")
        return self.wait_until_ready() if wait else self

    def wait_until_ready(self) -> LivePage:
        self.page.wait_for_function(
            "!!(window.clientforms && window.clientforms.formset)",
            timeout=BOOT,
        )
        return self

    # Finding

    def control(self, name: str) -> Locator:
        return self.page.locator(f'[name="{name}"]')

    def rows(self, prefix: str) -> Locator:
        return self.page.locator(f'[data-prefix="{prefix}"] [data-formset-row]')

    def button(self, prefix: str, action: str, row: int | None = None) -> Locator:
        scope = (
            self.page.locator(f'[data-prefix="{prefix}"]')
            if row is None
            else self.rows(prefix).nth(row)
        )
        return scope.locator(f'[data-formset-action="{action}"]')

    def first_error(self) -> str:
        """Follow the first link of the error summary, which has the focus; return what is focused then."""
        summary = self.page.locator("[data-clientforms-errors]:focus")
        expect(summary).to_have_count(1)
        summary.get_by_role("link").first.click()
        return self.focused()

    def errors(self, name: str) -> Locator:
        return self.page.locator(f'[id="id_{name}_error"] li')

    def non_form_errors(self, prefix: str) -> Locator:
        return self.page.locator(f'[data-prefix="{prefix}"] .errorlist.nonform li')

    # Doing

    def type(self, name: str, text: str, *, leave: bool = True) -> None:
        """Type as a user does, instead of what is there, and leave the field."""
        control = self.control(name)
        control.fill(text)
        if leave:
            control.blur()

    def fill_article(self, index: int, **changes: str) -> None:
        values = {
            "title": f"Title {index}",
            "slug": f"slug-{index}",
            "email": "james@example.org",
            "pub_date": "1922-02-02",
        } | changes
        for name, value in values.items():
            self.type(f"articles-{index}-{name}", value)
        self.control(f"articles-{index}-category").select_option("fiction")

    def call(self, expression: str) -> Any:
        """Evaluate `expression` where `articles` and the like can be had from `clientforms`."""
        return self.page.evaluate(expression)

    def formset(self, name: str, call: str) -> Any:
        return self.page.evaluate(f"clientforms.formset({json.dumps(name)}).{call}")

    def form(self, name: str, call: str) -> Any:
        return self.page.evaluate(f"clientforms.form({json.dumps(name)}).{call}")

    def caught(self, expression: str) -> str:
        """Return the message of the Error that `expression` throws."""
        return self.page.evaluate(
            f"() => {{ try {{ {expression} }} catch (error) {{ return error.message }} "
            "return 'nothing was thrown' }"
        )

    # Asking

    def form_data(self, form_id: str) -> dict[str, list[str]]:
        """What a plain submit of the form would carry, as the browser says it.

        FormData has LF where a POST has CRLF.
        """
        return self.page.evaluate(
            """id => {
                const entries = Object.create(null);
                for (const [name, value] of new FormData(document.getElementById(id)))
                    (entries[name] ??= []).push(value.replace?.(/\\r\\n?|\\n/g, "\\r\\n") ?? value);
                return entries;
            }""",
            form_id,
        )

    def focused(self) -> str:
        return self.page.evaluate("document.activeElement.name || document.activeElement.tagName")

    def expect_errors(self, name: str, *messages: str) -> None:
        expect(self.errors(name)).to_have_text(list(messages))
