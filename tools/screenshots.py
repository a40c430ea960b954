"""Takes the README's screenshots of the page: light, dark, and 360 px wide.

Run by `make screenshots`; the pictures go to docs/.
"""

from __future__ import annotations

import threading
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from clientforms.builder.serve.checkout_server import create_server
from tests.support.browsers import REMEDY, find_chromium

ROOT = Path(__file__).resolve().parents[1]

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


def main() -> None:
    with create_server(ROOT, "127.0.0.1", 0) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = find_chromium(playwright)
        if found is None:
            raise SystemExit(REMEDY)
        browser = playwright.chromium.launch(
            executable_path=found.executable_path, args=list(found.arguments)
        )
        for name, options in PICTURES.items():
            take(browser, f"http://127.0.0.1:{server.server_port}/", ROOT / "docs" / name, options)
        browser.close()
        server.shutdown()


def take(browser: Browser, url: str, target: Path, options: dict) -> None:
    page: Page = browser.new_context(**options).new_page()
    page.goto(url)
    page.wait_for_function("!!window.clientforms?.formset", timeout=90_000)
    page.evaluate("rows => clientforms.formset('articles').updateData(rows)", TYPED)
    page.locator("#demo-articles").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#demo-articles').scrollIntoView()")
    page.screenshot(path=target)
    page.context.close()


if __name__ == "__main__":
    main()
