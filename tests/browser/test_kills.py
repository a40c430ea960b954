"""A renderer or a browser that is killed while somebody types: a second of typing is lost at most."""

import contextlib
import random

import pytest
from playwright.sync_api import Error, expect

from tests.browser.drafts import answer, wait_until_kept
from tests.browser.live_page import LivePage
from tests.support.kills import KINDS, PAGE, PYTHON, kill, kill_while_typing, open_browser


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
    kill(str(tmp_path), "renderer")
    with contextlib.suppress(Error):
        context.close()
    context, page = open_browser(playwright, str(tmp_path))
    live = LivePage(page, server).open_case(PAGE, PYTHON)
    answer(page, "Restore")
    expect(live.control("text")).to_have_value(evil)
    context.close()
