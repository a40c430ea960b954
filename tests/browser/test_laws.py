"""The laws in a page: after random operations the DOM is the form, and Django says what the page says.

`make test` runs as many sequences as fit into twelve seconds, `make laws` five hundred. A sequence is
run again by its seed: `Machine(live).run(seed)`.
"""

import os
import random
import time

import pytest

from tests.browser.machine import HTML, IN_THE_PAGE, Difference, Machine

SECONDS = 12
RUNS = int(os.environ.get("CLIENTFORMS_LAWS_IN_THE_PAGE", "0"))

OPERATIONS = """async seed => {
    // A small generator of its own, so that a seed names one sequence.
    let state = seed * 2654435761 % 4294967296;
    const random = below => {
        state = (state * 1664525 + 1013904223) % 4294967296;
        return Math.floor(state / 4294967296 * below);
    };
    const form = document.getElementById("articles-form");
    const articles = clientforms.formset("articles");
    const texts = ["", "A", "same", "no good", "a@example.org", "1922-02-02", "__prefix__",
                   "articles-0-title", "<b>&amp;"];
    const posted = () => {
        const entries = {};
        for (const [name, value] of new FormData(form)) (entries[name] ??= []).push(value);
        return entries;
    };
    const sorted = data => JSON.stringify(Object.entries(data).sort());
    const log = [];
    for (let step = 0; step < 15; step++) {
        const controls = [...form.querySelectorAll(
            "[data-formset-row] input:not([type=hidden]), [data-formset-row] select")];
        const buttons = [...form.querySelectorAll("[data-formset-action]")].filter(b => !b.hidden);
        const kind = random(8);
        // If every row is removed, there is nothing to type into.
        if (kind < 4 && controls.length) {
            const control = controls[random(controls.length)];
            control.focus();
            if (control.type === "checkbox") control.click();
            else {
                control.value = control.tagName === "SELECT"
                    ? control.options[random(control.options.length)].value
                    : texts[random(texts.length)];
                control.dispatchEvent(new InputEvent("input", {bubbles: true}));
                control.dispatchEvent(new Event("change", {bubbles: true}));
            }
            if (random(2)) control.blur();
            log.push("typed " + control.name + " " + control.value);
        } else if (kind < 7) {
            const button = buttons[random(buttons.length)];
            log.push(button.dataset.formsetAction);
            button.click();
        } else if (random(2)) {
            const operation = ["undo", "redo", "move"][random(3)];
            log.push(operation);
            const count = articles.totalFormCount();
            if (operation !== "move") articles[operation]();
            else if (count) articles.move(random(count), random(count));  // all may be removed
        } else if (random(2)) {
            log.push("updateData");
            articles.updateData([{title: texts[random(texts.length)], ORDER: String(random(9))}]);
        } else {
            log.push("reset");
            const day = "1922-02-02", email = "a@example.org", category = "news";
            articles.reset(random(2)
                ? [{title: "Stored", slug: "stored", pub_date: day, email, category}] : []);
        }
        const page = sorted(posted()), engine = sorted(articles.postData());
        if (page !== engine) return {log, page, engine};
    }
    return {log};
}"""


@pytest.mark.parametrize("part", range(2))
def test_form_data_equals_post_data_after_random_operations(live, part):
    for number in range(10):
        seed = random.randrange(1, 2**31)
        live.page.evaluate("clientforms.formset('articles').reset([])")
        outcome = live.page.evaluate(OPERATIONS, seed)
        assert outcome.get("page") == outcome.get("engine"), (seed, number, outcome)
        assert len(outcome["log"]) == 15


def test_the_page_says_what_django_says_of_what_it_would_post(author, record_property):
    """Values without events, bad input, held presses, Ctrl+Z, submits: see `tests/browser/machine.py`."""
    machine = Machine(author(HTML, IN_THE_PAGE))
    until, first, count = time.monotonic() + SECONDS, random.randrange(1, 2**31), 0
    differences = []
    while count < RUNS if RUNS else time.monotonic() < until and not differences:
        try:
            machine.run(first + count)
        except Difference as difference:
            differences.append(str(difference))
        count += 1
    record_property("sequences", f"{count} from seed {first} on")
    assert differences == []
