"""Asks axe-core what it finds in a page, as it looks in several modes."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.conftest import ROOT

__all__ = ["MODES", "findings", "findings_in_every_mode", "small_targets"]

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# The width of the window, and what the browser is asked to prefer.
MODES = {
    "light": (1280, {"color_scheme": "light", "forced_colors": "none"}),
    "dark": (1280, {"color_scheme": "dark", "forced_colors": "none"}),
    "forced colours": (1280, {"color_scheme": "light", "forced_colors": "active"}),
    "narrow": (360, {"color_scheme": "light", "forced_colors": "none"}),
}


def findings(page: Page) -> list[str]:
    """Return what axe-core finds, best practices included, one line for each element."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    violations = page.evaluate(
        """() => axe.run(document, {
            resultTypes: ["violations"],
            // Where colours are forced, axe reads those of the style sheet, not those on the screen.
            rules: {"color-contrast": {enabled: !matchMedia("(forced-colors: active)").matches}},
        }).then(({violations}) => violations)"""
    )
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


def findings_in_every_mode(page: Page, state: str) -> list[str]:
    """Return the findings of the page as it stands, in each mode; ends as it began: light."""
    found = []
    for mode, (width, media) in reversed(MODES.items()):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(**media)
        found += [f"{state}, {mode}: {each}" for each in findings(page)]
    return found


def small_targets(page: Page) -> list[str]:
    """Return what can be pressed and is smaller than 24 by 24 CSS pixels (WCAG 2.5.8).

    A control inside its label is as large as the label. Links in running text are exempt.
    """
    return page.evaluate(
        """() => [...document.querySelectorAll("a, button, input, select, textarea")]
            .filter(each => each.getClientRects().length && !each.closest("p, .skip"))
            .map(each => [each, (each.closest("label") ?? each).getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24)
            .map(([each, box]) => `${each.outerHTML.slice(0, 90)}: ${box.width} × ${box.height}`)"""
    )
