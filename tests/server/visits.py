"""Visits of a page to a project's own server."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.live_page import LivePage
from tests.conftest import Complaints

__all__ = ["allow_visits", "open_live"]


def allow_visits(page: Page, complaints: Complaints, address: str) -> None:
    """Let the page visit this server, which has no icon, though browsers ask for one."""
    complaints.allow_origin(address)
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))


def open_live(page: Page, address: str, path: str) -> LivePage:
    """Open a page of this server; return it once its forms are live."""
    page.goto(address + path)
    return LivePage(page, address).wait_until_ready()
