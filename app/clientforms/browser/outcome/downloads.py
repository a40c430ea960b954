"""Offer data to the user as JSON and CSV files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from clientforms.browser.dom.scope import Scope
from clientforms.browser.dom.shown_texts import put_text
from clientforms.browser.runtime import document, page_file, window
from clientforms.engine.data.to_csv import to_csv
from clientforms.texts import text

__all__ = ["button", "download", "offer_files"]

_READ = 60_000  # milliseconds after which the browser has certainly read the file


def download(scope: Scope, content: str, name: str, content_type: str) -> None:
    """Let the browser save `content` as `name`."""
    file = page_file(content.encode("utf-8", "replace"), name, content_type)
    url = window.URL.createObjectURL(file)
    link = document.createElement("a")
    link.href = url
    link.download = name
    link.hidden = True
    document.body.append(link)
    link.click()
    link.remove()
    scope.later(str(url), _READ, lambda: window.URL.revokeObjectURL(url))


def offer_files(
    scope: Scope, form: Any, data: Callable[[], Any], tables: Callable[[], Mapping[str, Any]]
) -> Any:
    """Return buttons that download `data` as JSON, and `tables`, rows by name, each as CSV.

    The files are named after `form`, which can turn off the guard of cells: `data-csv-guard="off"`.
    """
    guard = form.getAttribute("data-csv-guard") != "off"
    name = str(form.id).removesuffix("-form") or "data"

    def save_json() -> None:
        content = json.dumps(data(), indent=2, ensure_ascii=False) + "\n"
        download(scope, content, f"{name}.json", "application/json")

    def save_csv() -> None:
        parts = tables()
        for part, rows in parts.items():
            own = name if len(parts) == 1 else f"{name}-{part}"
            table = to_csv(rows if isinstance(rows, list) else [rows], guard=guard)
            # The byte order mark lets spreadsheets read it as UTF-8.
            download(scope, f"\ufeff{table}", f"{own}.csv", "text/csv")

    buttons = document.createElement("p")
    buttons.className = "outcome-buttons"
    buttons.append(
        button(scope, text("Download JSON"), save_json),
        button(scope, text("Download CSV"), save_csv),
    )
    return buttons


def button(scope: Scope, label: str, press: Callable[[], None]) -> Any:
    """Return a button that calls `press`."""
    made = document.createElement("button")
    made.type = "button"
    put_text(made, label)
    scope.listen(made, "click", lambda _: press())
    return made
