"""Asynchronous rules in a page: pending states, stale answers, submitting, unbinding."""

import json

import pytest
from playwright.sync_api import expect

# The test answers: `answers` maps a name to what the page's Python is told, when the test wants it.
MEMBERS = """
    import asyncio
    from clientforms import AsyncValidationMixin
    from django.core.exceptions import ValidationError
    from js import window

    class MemberForm(AsyncValidationMixin, forms.Form):
        name = forms.CharField(min_length=2)
        age = forms.IntegerField(required=False)

        async def clean_name(self):
            name = self.cleaned_data["name"]
            try:
                taken = await window.taken(name)
            except asyncio.CancelledError:
                window.cancelled.push(name)
                raise
            if taken:
                raise ValidationError(f"{name} is taken.")
            return name.upper()

        async def clean(self):
            if self.cleaned_data.get("age") == 99 and await window.taken("99"):
                raise ValidationError("Nobody of 99.")

    MemberFormSet = forms.formset_factory(MemberForm, extra=3, can_delete=True)

    from clientforms.browser import bindings, live_handles, runtime
    window.unbind = runtime.proxy(lambda: bindings()[0].unbind())
    window.handles = runtime.proxy(lambda: runtime.plain_to_js(live_handles()))
"""
HTML = """
<script>
window.asked = [];
window.waiting = {};
window.cancelled = [];
window.taken = name => {
    window.asked.push(name);
    return new Promise(resolve => { window.waiting[name] = resolve; });
};
</script>
<form id="members" data-clientforms>
  <div data-formset="case.MemberFormSet" data-prefix="m"></div>
  <button>Save</button>
</form>
"""


def note_submits(live):
    """Let `window.sent` have the cleaned data of each submit."""
    live.page.evaluate(
        """() => document.addEventListener("clientforms:submit",
            event => { (window.sent ??= []).push(event.detail.cleanedData.m); })"""
    )


def answer(live, name, taken):
    live.page.wait_for_function("name => name in window.waiting", arg=name)
    live.page.evaluate(f"window.waiting[{json.dumps(name)}]({json.dumps(taken)})")


def test_pending_is_shown_and_answers_follow_their_row(author):
    live = author(HTML, MEMBERS)
    for index, name in enumerate(["ann", "ben", "cid"]):
        live.type(f"m-{index}-name", name)
    third = live.control("m-2-name")
    expect(third).to_have_attribute("aria-busy", "true")
    expect(third).to_have_class("clientforms-pending")
    expect(live.control("m-2-age")).not_to_have_attribute("aria-busy", "true")
    live.button("m", "remove", 0).click()
    answer(live, "cid", True)
    live.expect_errors("m-1-name", "cid is taken.")
    expect(live.control("m-1-name")).not_to_have_attribute("aria-busy", "true")
    expect(live.control("m-1-name")).not_to_have_class("clientforms-pending")
    expect(live.control("m-0-name")).to_have_attribute("aria-busy", "true")
    answer(live, "ben", False)
    expect(live.control("m-0-name")).not_to_have_attribute("aria-busy", "true")
    live.expect_errors("m-0-name")
    # An answer about what is no longer there does not count.
    live.type("m-1-name", "dan")
    live.type("m-1-name", "eve")
    answer(live, "dan", True)
    answer(live, "eve", False)
    expect(live.control("m-1-name")).not_to_have_attribute("aria-busy", "true")
    live.expect_errors("m-1-name")
    assert live.page.evaluate("window.asked") == ["ann", "ben", "cid", "dan", "eve"]
    # clean() marks its row and shows its error at the top of it.
    live.type("m-1-age", "99")
    expect(live.rows("m").nth(1)).to_have_attribute("aria-busy", "true")
    answer(live, "99", True)
    expect(live.rows("m").nth(1).locator(".errorlist.nonfield li")).to_have_text("Nobody of 99.")
    expect(live.rows("m").nth(1)).not_to_have_attribute("aria-busy", "true")


def test_submitting_waits_for_the_answers(author):
    live = author(HTML, MEMBERS)
    note_submits(live)
    live.control("m-0-name").fill("ann")
    save = live.page.get_by_role("button", name="Save")
    save.click()
    expect(live.page.locator("#members")).to_have_attribute("aria-busy", "true")
    save.click()  # impatient: no second submit
    answer(live, "ann", True)
    live.expect_errors("m-0-name", "ann is taken.")
    assert live.first_error() == "m-0-name"
    assert live.page.evaluate("window.sent") is None
    live.control("m-0-name").fill("ben")
    save.click()
    answer(live, "ben", False)
    live.page.wait_for_function("window.sent")
    sent = live.page.evaluate("window.sent")
    assert [row.get("name") for row in sent[0]] == ["BEN", None, None]
    assert len(sent) == 1
    expect(live.page.locator("#members")).not_to_have_attribute("aria-busy", "true")


def fix_by_typing(live):
    live.control("m-0-name").fill("cat")


def fix_by_removing(live):
    live.button("m", "remove", 0).click()


@pytest.mark.parametrize("fix", [fix_by_typing, fix_by_removing])
def test_an_error_that_is_fixed_while_others_are_pending_takes_another_press(author, fix):
    live = author(HTML, MEMBERS)
    note_submits(live)
    live.control("m-0-name").fill("ann")
    live.control("m-1-name").fill("bob")
    save = live.page.get_by_role("button", name="Save")
    save.click()
    answer(live, "ann", True)
    live.expect_errors("m-0-name", "ann is taken.")
    fix(live)
    if fix is fix_by_typing:
        answer(live, "cat", False)
    answer(live, "bob", False)
    expect(live.page.locator("#members")).not_to_have_attribute("aria-busy", "true")
    assert live.formset("m", "isPending()") is False
    assert live.page.evaluate("window.sent") is None
    save.click()
    live.page.wait_for_function("window.sent?.length === 1")


def test_what_is_typed_while_a_submit_waits_is_sent_with_it(author):
    live = author(HTML, MEMBERS)
    note_submits(live)
    live.control("m-0-name").fill("ann")
    live.page.get_by_role("button", name="Save").click()
    live.control("m-0-age").fill("7")
    answer(live, "ann", False)
    live.page.wait_for_function("window.sent?.length === 1")
    assert live.page.evaluate("window.sent[0][0].age") == 7


def test_scripts_can_wait_and_unbinding_cancels(author):
    live = author(HTML, MEMBERS)
    live.control("m-0-name").fill("ann")
    live.page.evaluate("""() => {
        clientforms.formset("m").validateAsync().then(valid => { window.verdict = valid; });
    }""")
    live.page.wait_for_function("clientforms.formset('m').isPending()")
    assert live.formset("m", "cleanedData()") is None
    answer(live, "ann", False)
    live.page.wait_for_function("window.verdict === true")
    assert live.formset("m", "isPending()") is False
    live.type("m-0-name", "cancelled")
    live.page.wait_for_function("'cancelled' in window.waiting")
    live.page.evaluate("window.unbind()")
    live.page.wait_for_function("window.cancelled.includes('cancelled')")
    assert "tasks" not in live.page.evaluate("window.handles()")
