"""Takes the pictures of pages in README.md and the documentation.

Run by `make screenshots`; the pictures go to docs/. They have few colours, so that they are small.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from clientforms.builder import cli
from clientforms.builder.runtime.archives import run_node
from clientforms.builder.serve.checkout_server import create_server
from tests.support.browsers import REMEDY, find_chromium
from tests.support.sites import serving_folder

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"

PICTURES = {
    "page-light.png": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "page-dark.png": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "page-narrow.png": {"viewport": {"width": 360, "height": 780}, "color_scheme": "light"},
}

TYPED = [
    {"title": "The Wake", "slug": "the-wake", "email": "jj@example.org",
     "pub_date": "1939-05-04", "category": "fiction"},
    {"title": "The Wake", "slug": "the wake", "email": "jj@example", "pub_date": "1939-05-04",
     "category": "fiction"},
    {},
]  # fmt: skip

GUESTS = [
    {"name": "Ada", "arrival": "2026-05-02", "departure": "2026-05-04"},
    {"name": "Grace", "arrival": "2026-05-02", "departure": "2026-05-01"},
]
GUESTS_FORMS = """from django import forms


class GuestForm(forms.Form):
    name = forms.CharField(max_length=40)
    arrival = forms.DateField()
    departure = forms.DateField()

    def clean(self):
        data = super().clean()
        if data.get("arrival") and data.get("departure") and data["departure"] <= data["arrival"]:
            raise forms.ValidationError("Guests leave after they arrive.")
        return data


GuestFormSet = forms.formset_factory(GuestForm, extra=2, max_num=6, can_delete=True)
"""

PHONE = {"viewport": {"width": 360, "height": 800}}
SHEET = {"viewport": {"width": 760, "height": 700}}
WIDGETS = ["docs/examples/widgets.py:WidgetsForm"]
LINES = ["docs/examples/widgets.py:LineFormSet", "--language", "de"]
PARTY = ["docs/examples/party.py:GuestFormSet", "--template"]
WORKSHOP = ["docs/gallery/workshop/workshop/forms.py:PeopleFormSet",
            "docs/gallery/workshop/workshop/forms.py:BookingForm", "--template"]  # fmt: skip

# The arguments of `clientforms build`, the browser's options, and what a script does in the page.
BUILT = {
    "widgets/desktop.png": (WIDGETS, SHEET, ""),
    "widgets/dark.png": (
        WIDGETS, {**SHEET, "color_scheme": "dark"}, "clientforms.form('widgets').validate()",
    ),
    "widgets/forced.png": (WIDGETS, {**SHEET, "forced_colors": "active"}, ""),
    "widgets/phone.png": (WIDGETS, PHONE, ""),
    "widgets/arabic.png": ([*WIDGETS, "--language", "ar"], PHONE, ""),
    "widgets/rows.png": (LINES, {"viewport": {"width": 1000, "height": 500}}, ""),
    "how-to/branded.png": (
        [*PARTY, "docs/examples/branded.html"], SHEET,
        "clientforms.formset('guests').updateData([{name: 'Ada', meal: 'fish'}, {}])",
    ),
    "how-to/tailwind.png": (
        ["docs/examples/tailwind/course/forms.py:PupilFormSet",
         "--template", "docs/examples/tailwind/page.html"], SHEET,
        "clientforms.formset('pupils').updateData([{email: 'ada@example'}, {}])",
    ),
    "how-to/bootstrap.png": (
        [*WORKSHOP, "{bootstrap}/page.html"], SHEET,
        "clientforms.form('booking').updateData({email: 'ada@example'})",
    ),
    "built-page.png": (
        ["{guests}/guests.py:GuestFormSet", "--title", "Guests", "--on-valid", "keep"],
        {"viewport": {"width": 1000, "height": 560}},
        f"clientforms.formset('form').updateData({GUESTS!r})",
    ),
}  # fmt: skip


def main() -> None:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        found = find_chromium(playwright)
        if found is None:
            raise SystemExit(REMEDY)
        browser = playwright.chromium.launch(
            executable_path=found.executable_path, args=list(found.arguments)
        )
        take_of_the_checkout(browser)
        take_of_built_pages(browser, Path(folder))
        browser.close()


def take_of_the_checkout(browser: Browser) -> None:
    with create_server(ROOT, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        for name, options in PICTURES.items():
            take(browser, url, DOCS / name, options, show_articles)
        server.shutdown()


def take_of_built_pages(browser: Browser, folder: Path) -> None:
    run_node(ROOT / "tools" / "tailwind.js", str(DOCS / "examples" / "tailwind"))
    places = {"bootstrap": folder / "workshop", "guests": folder / "guests"}
    places["bootstrap"].mkdir()
    for source, name in (
        (DOCS / "gallery/workshop/page.html", "page.html"),
        (ROOT / "node_modules/bootstrap/dist/css/bootstrap.min.css", "bootstrap.min.css"),
    ):
        (places["bootstrap"] / name).write_bytes(source.read_bytes())
    places["guests"].mkdir()
    (places["guests"] / "guests.py").write_text(GUESTS_FORMS, "utf-8")
    for number, (name, (arguments, options, script)) in enumerate(BUILT.items()):
        out = folder / f"site{number}"
        told = [each.format(**places) for each in arguments]
        if cli.main(["build", *told, "--out", str(out)]):
            raise SystemExit(f"The page of {name} cannot be built.")
        (DOCS / name).parent.mkdir(exist_ok=True)
        with serving_folder(out) as url:
            take(
                browser,
                url,
                DOCS / name,
                options,
                lambda page, do=script: do and page.evaluate(do),
                whole=True,
            )


def show_articles(page: Page) -> None:
    page.evaluate("rows => clientforms.formset('articles').updateData(rows)", TYPED)
    page.evaluate("document.querySelector('#demo-articles').scrollIntoView()")


def take(
    browser: Browser,
    url: str,
    target: Path,
    options: dict,
    prepare: Callable[[Page], object],
    *,
    whole: bool = False,
) -> None:
    page: Page = browser.new_context(
        **options, reduced_motion="reduce", bypass_csp=True, service_workers="block"
    ).new_page()
    page.goto(url)
    page.wait_for_function("!!window.clientforms?.formset", timeout=90_000)
    prepare(page)
    page.wait_for_function("!document.querySelector('.boot:not([hidden]), [data-json=post]:empty')")
    page.screenshot(path=target, full_page=whole)
    page.context.close()


if __name__ == "__main__":
    main()
