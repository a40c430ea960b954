"""A renderer or a browser that is killed while somebody types: a second of typing is lost at most."""

import contextlib
import json
import random

import pytest
from playwright.sync_api import Error, expect

from tests.browser.drafts import answer, box, kept, offers, wait_until_kept
from tests.browser.held_files import HeldFiles
from tests.browser.live_page import LivePage
from tests.support.kills import KINDS, PAGE, PYTHON, kill, kill_while_typing, open_browser


def kill_and_open_again(playwright, profile, context):
    """Kill the page's process, and open the browser with the same profile."""
    kill(str(profile), "renderer")
    with contextlib.suppress(Error):
        context.close()
    return open_browser(playwright, str(profile))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_loses_at_most_the_last_second(playwright, server, kind):
    outcome = kill_while_typing(playwright, server, kind, 4, random.Random(kind))
    assert len(outcome.typed) > 10
    assert outcome.lost_seconds <= 1, outcome


ENDLESS = """
    class Letter(forms.Form):
        text = forms.RegexField(regex=r"^(a+)+$", widget=forms.Textarea)
"""
TYPE_AND_STAND_STILL = """text => setTimeout(() => {
    const control = document.querySelector("textarea");
    control.value = text;
    control.dispatchEvent(new Event("input", {bubbles: true}));
})"""


def test_a_rule_that_never_ends_loses_nothing(playwright, server, tmp_path):
    """The page stands still from the keystroke on, and its tab has to be killed."""
    context, page = open_browser(playwright, str(tmp_path))
    LivePage(page, server).open_case(PAGE, ENDLESS)
    other = context.new_page()
    other.goto(f"{server}/static/favicon.svg")
    evil = f"{'a' * 40}!"
    page.evaluate(TYPE_AND_STAND_STILL, evil)
    wait_until_kept(other, evil, "typed")
    context, page = kill_and_open_again(playwright, tmp_path, context)
    live = LivePage(page, server).open_case(PAGE, PYTHON)
    answer(page, "Restore")
    expect(live.control("text")).to_have_value(evil)
    context.close()


STANDING_STILL = """
    import js

    class Letter(forms.Form):
        text = forms.CharField(widget=forms.Textarea)

        def clean_text(self):
            if self.cleaned_data["text"] == "without end":
                js.BroadcastChannel.new("held").postMessage("still")
                while True:
                    pass
            return self.cleaned_data["text"]
"""


HEAR = """() => {
    window.heard = new Promise(hear => { new BroadcastChannel("held").onmessage = ({data}) => hear(data) });
}"""


def test_a_rule_that_never_ends_is_not_met_again_unasked(playwright, server, tmp_path):
    """The tab stands still of what it puts back, of a draft or after a reload, and has to be killed."""
    html = (
        f"""{PAGE}<form id="plain"><div data-form="case.Letter" data-prefix="plain"></div></form>"""
    )

    def stands_still(act):
        other = context.new_page()
        other.goto(f"{server}/static/favicon.svg")
        other.evaluate(HEAR)
        act()
        assert other.evaluate("heard") == "still"
        return kill_and_open_again(playwright, tmp_path, context)

    def is_live():
        live.type("plain-text", "goes on")
        assert live.form("plain", "isValid()")

    context, page = open_browser(playwright, str(tmp_path))
    live = LivePage(page, server).open_case(html, PYTHON)
    live.type("text", "without end")
    wait_until_kept(page, "without end")
    live.open_case(html, STANDING_STILL)
    expect(offers(page)).to_have_count(1)
    press = "setTimeout(() => document.querySelector('[data-draft-action=restore]').click())"
    context, page = stands_still(lambda: page.evaluate(press))
    live = LivePage(page, server).open_case(html, STANDING_STILL)
    expect(box(page)).to_contain_text("Text “without end”")  # it can be read, and copied
    is_live()
    answer(page, "Discard")
    expect(box(page)).to_have_count(0)

    live.control("plain-text").evaluate("control => { control.value = 'without end' }")
    page.evaluate("clientforms.keepForms()")
    context, page = stands_still(lambda: page.evaluate("setTimeout(() => location.reload())"))
    live = LivePage(page, server).open_case(html, STANDING_STILL)
    expect(box(page)).to_contain_text("“without end”")
    is_live()
    answer(page, "Discard")
    expect(box(page)).to_have_count(0)
    while "without end" in kept(page):
        page.wait_for_timeout(20)
    context.close()


ROWS = """
    class Note(forms.Form):
        title = forms.CharField()
        text = forms.CharField(required=False)

    NoteFormSet = forms.formset_factory(Note, extra=3, can_delete=True, can_order=True)

    class Nesting(forms.BaseFormSet):
        def add_fields(self, form, index):
            super().add_fields(form, index)
            form.inner = NoteFormSet(
                form.data if form.is_bound else None, prefix=f"{form.prefix}-inner"
            )

    BoxFormSet = forms.formset_factory(Note, formset=Nesting, extra=2)
"""
ACTS = {
    "add": ("press(name, 'add')", "add-3-title"),
    "insert": ("api(name).insert(1, {title: 'Given'})", "insert-1-text"),
    "copy": ("api(name).duplicate(0)", "copy-1-text"),
    "undo": ("press(name, 'remove', 0); await null; press(name, 'undo')", "undo-0-text"),
    "move": ("press(name, 'move-up', 2)", "move-2-text"),
    "swap": ("api(name).swap(0, 1)", "swap-1-text"),
    "remove": ("press(name, 'remove', 0)", "remove-1-text"),
    "mark": ("press(name, 'remove', 0)", "mark-1-text"),
    "first": ("press(name, 'add'); await null; press(name, 'remove', 1)", "first-2-text"),
    "box": ("press('box-1-inner', 'add')", "box-1-inner-3-title"),
}
"""What is done to the rows of a formset, and the control that is typed into right after it."""

# Between the steps of one task no timer runs, so no whole draft is written; then the page stands still.
ACT_AND_STAND_STILL = """acts => setTimeout(async () => {
    const api = (name) => clientforms.formset(name);
    const press = (name, action, row) => {
        const container = document.querySelector(`[data-prefix="${name}"]`);
        const rows = container.querySelectorAll("[data-formset-row]");
        const scope = row === undefined ? container : rows[row];
        scope.querySelector(`[data-formset-action="${action}"]`).click();
    };
    for (const [name, [act, typed]] of Object.entries(acts)) {
        await new (async () => {}).constructor("api", "press", "name", act)(api, press, name);
        const control = document.querySelector(`[name="${typed}"]`);
        control.value += name === "box" ? "the last" : "x";
        control.dispatchEvent(new Event("input", {bubbles: true}));
        await null;
    }
    new BroadcastChannel("held").postMessage(JSON.stringify(Array.from(new FormData(document.forms[0]))));
    for (;;);
})"""


def test_a_kill_right_after_rows_came_or_went_loses_nothing(playwright, server, tmp_path):
    container = '<div data-formset="case.{}" data-prefix="{}"{}></div>'
    boxes = [
        container.format(
            "BoxFormSet" if name == "box" else "NoteFormSet", name,
            ' data-initial="two"' if name == "mark" else "",
        )
        for name in ACTS
    ]  # fmt: skip
    initial = json.dumps([{"title": "One"}, {"title": "Two"}])
    html = f"""<form data-draft="rows">{"".join(boxes)}</form>
        <script type="application/json" id="two">{initial}</script>"""
    context, page = open_browser(playwright, str(tmp_path))
    live = LivePage(page, server).open_case(html, ROWS)
    other = context.new_page()
    other.goto(f"{server}/static/favicon.svg")
    for name in ACTS:
        if name != "first":  # of that nothing is in the draft
            live.type(f"{name}-0-title", f"{name} was here")
            live.type(f"{name}-1-title", "Second")
    wait_until_kept(page, "box was here")
    other.evaluate(
        "() => { new BroadcastChannel('held').onmessage = ({data}) => { window.held = data } }"
    )
    page.evaluate(ACT_AND_STAND_STILL, ACTS)
    wait_until_kept(other, "the last", "typed|changed")
    held = other.wait_for_function("window.held").json_value()
    context, page = kill_and_open_again(playwright, tmp_path, context)
    live = LivePage(page, server).open_case(html, ROWS)
    answer(page, "Restore")
    expect(live.control("box-1-inner-3-title")).to_have_value("the last")
    now = page.evaluate("JSON.stringify(Array.from(new FormData(document.forms[0])))")
    assert sorted(json.loads(now)) == sorted(json.loads(held))
    context.close()


EARLY = """
    class Shown(forms.PasswordInput):
        input_type = "text"

    class Note(forms.Form):
        title = forms.CharField()
        text = forms.CharField(required=False)

    NoteFormSet = forms.formset_factory(Note, extra=3)

    class About(forms.Form):
        name = forms.CharField()
        password = forms.CharField(widget=forms.PasswordInput)
        again = forms.CharField(widget=Shown)
"""
EARLY_PAGE = """<form data-draft="it's early (a*b)">
    <div data-formset="case.NoteFormSet" data-prefix="notes"></div><div data-form="case.About"></div>
</form>"""


def test_a_kill_before_python_is_up_loses_nothing(playwright, server, tmp_path):
    context, page = open_browser(playwright, str(tmp_path))
    context.route("**/runtime/snapshot.data", lambda route: None)  # Python waits for it
    keeping = HeldFiles(page, "**/keeping.js", context)
    live = LivePage(page, server).open_case(EARLY_PAGE, EARLY, prerendered=True, wait=False)
    typed = {
        "notes-2-title": "Third",
        "notes-0-text": "First",
        "name": "Nora",
        "notes-2-text": "more",
    }
    secret = {"password": "hunter2", "again": "hunter2"}
    live.type("notes-0-title", "Before the script")
    keeping.go_on()
    for name, text in (typed | secret).items():
        live.type(name, text)
    wait_until_kept(page, "more", "typed")
    wait_until_kept(page, "Before the script", "typed")
    assert "hunter2" not in kept(page)
    context, page = kill_and_open_again(playwright, tmp_path, context)
    live = LivePage(page, server).open_case(EARLY_PAGE, EARLY, prerendered=True)
    answer(page, "Restore")
    for name, text in (typed | {"notes-0-title": "Before the script"}).items():
        expect(live.control(name)).to_have_value(text)
    expect(live.control("password")).to_have_value("")
    expect(live.control("again")).to_have_value("")
    context.close()
