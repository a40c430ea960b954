"""Whether the Tab key goes through a page in the order in which it is seen."""

from __future__ import annotations

from playwright.sync_api import Page

__all__ = ["out_of_order"]

WIDTHS = (1280, 320)
DIRECTIONS = ("ltr", "rtl")

_STOP = """() => {
    const { activeElement } = document;
    if (activeElement === document.body) return window.stops.length > 0;
    if (window.stops.at(-1) !== activeElement) window.stops.push(activeElement); // a date box stops at each part
    return false;
}"""

# A stop may be above the one before it only if it begins a column: if it is wholly behind it in reading direction.
_OUT_OF_ORDER = """direction => {
    const told = (element) => element.name || element.getAttribute("aria-label") || element.id || element.textContent.trim() || element.outerHTML;
    const seen = window.stops.filter((element) => element.checkVisibility({ visibilityProperty: true }));
    const box = (element) => {
        const label = element.labels?.[0];
        let { left, right, top, bottom } = (label?.contains(element) ? label : element).getBoundingClientRect();
        for (let around = element.parentElement; around; around = around.parentElement) {
            if (!/auto|scroll/.test(getComputedStyle(around).overflowY) || around.localName === "html") continue;
            const edge = around.getBoundingClientRect(); // what it cuts off is seen at its edge, once it is scrolled
            [top, bottom] = [top, bottom].map((each) => Math.min(Math.max(each, edge.top), edge.bottom));
        }
        return direction === "rtl" ? { begin: -right, end: -left, top, bottom } : { begin: left, end: right, top, bottom };
    };
    return seen.slice(1).flatMap((element, index) => {
        const [before, after] = [box(seen[index]), box(element)];
        const isBelow = after.top >= before.bottom - 4;
        const isBehind = after.begin >= before.end - 4;
        return isBelow || isBehind ? [] : [`${told(seen[index]).slice(0, 30)} → ${told(element).slice(0, 30)}`];
    });
}"""


def out_of_order(page: Page) -> list[str]:
    """Press Tab through the whole page; return the steps that go against the order that is seen.

    The page is looked at from left to right and from right to left, on a desktop and on a phone.
    """
    before = page.viewport_size
    direction = page.evaluate("document.documentElement.dir")
    page.evaluate(
        "window.stops = []; document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0)"
    )
    page.keyboard.press("Tab")
    while not page.evaluate(_STOP):
        page.keyboard.press("Tab")
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for each in DIRECTIONS:
            page.evaluate("each => { document.documentElement.dir = each; }", each)
            found += [f"{width} {each}: {step}" for step in page.evaluate(_OUT_OF_ORDER, each)]
    page.evaluate("each => { document.documentElement.dir = each; }", direction)
    page.set_viewport_size(before)
    return found
