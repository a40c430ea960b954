"""Strings that would run or break something if they were ever read as markup, and a look for traces."""

from __future__ import annotations

import json

from tests.browser.live_page import LivePage

__all__ = ["HOSTILE", "PYTHON", "expect_no_trace"]

HOSTILE = [
    "<script>window.__hit = 'script'</script>",
    "<img src=x onerror=\"window.__hit = 'img'\">",
    "\"><svg onload=\"window.__hit = 'svg'\">",
    "' autofocus onfocus='window.__hit = 1' x='",
    "\" onmouseover=\"window.__hit = 1\" style=\"position:fixed;inset:0",
    "javascript:window.__hit=1",
    "{{ settings.SECRET_KEY }}{% debug %}{{ 7|add:7 }}",
    "</textarea></script></title><iframe srcdoc=\"<script>parent.__hit = 1</script>\">",
    "&lt;img src=x onerror=window.__hit=1&gt;&#60;b&#62;",
    "<!-- ]]> <b>bold</b> -->",
    "<math><a xlink:href=javascript:window.__hit=1>",
    "%(value)s %s {0} ${window.__hit=1} `",
    "\u202e\u2066gnp.exe\u2069\u200b",
    "a\x00b",
    "__proto__",
]  # fmt: skip

# For the module of an author's page. Nothing in it can end the script that carries it.
PYTHON = "\nHOSTILE = " + json.dumps(HOSTILE).replace("<", "\\u003c") + "\n"

_TRACES = """() => {
    const allowed = new Set(`FORM DIV P UL LI LABEL INPUT SELECT OPTION OPTGROUP TEXTAREA BUTTON SPAN
        FIELDSET LEGEND PRE CODE TABLE TBODY TR TD TH STRONG H3 H4 ASIDE`.split(/\\s+/));
    const found = [];
    for (const part of document.querySelectorAll("form, aside, [data-clientforms-announcer]"))
        for (const element of part.matches("form") ? [part, ...part.querySelectorAll("*")] : part.querySelectorAll("*")) {
            if (!allowed.has(element.tagName) && !element.closest("[data-safe]"))
                found.push(`an element ${element.outerHTML}`);
            for (const {name, value} of element.attributes)
                if (/^on|^(style|srcdoc|autofocus|xlink)/.test(name)
                    && !(name === "style" && /touch-action: none/.test(value))
                    || /^(href|src|action|formaction)$/.test(name) && /^\\s*javascript:/i.test(value))
                    found.push(`an attribute ${name}="${value}"`);
        }
    return [window.__hit ?? null, found];
}"""


def expect_no_trace(live: LivePage) -> None:
    """Nothing has run, and no form holds an element or attribute that nobody asked for."""
    hit, found = live.page.evaluate(_TRACES)
    assert hit is None
    assert found == [], found
