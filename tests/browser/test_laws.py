"""The second law, the DOM is the form: after random operations FormData equals postData()."""

import random

import pytest

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
        if (kind < 4) {
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
            if (operation === "move") articles.move(random(count), random(count));
            else articles[operation]();
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
