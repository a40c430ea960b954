"""Line ends, lone surrogates and NUL: whoever gives them, rules see what a POST carries."""

import json
from urllib.parse import quote_plus

import pytest
from django import forms
from django.http import QueryDict

from clientforms import ClientForm, ClientFormSet
from clientforms.engine.drafts.draft_data import draft_of, restore
from clientforms.engine.post.posted_text import posted_text
from tests.engine.oracle import assert_same_form_verdict, assert_same_verdict

# What a control holds, and what a POST carries of it (seen in Chromium and Firefox).
TEXTS = {
    "a\nb": "a\r\nb",
    "a\r\nb": "a\r\nb",
    "a\rb": "a\r\nb",
    "\n\r\n\r": "\r\n\r\n\r\n",
    "a\n\nb\n": "a\r\n\r\nb\r\n",
    "\ud800": "\ufffd",
    "x\udfffy\n": "x\ufffdy\r\n",
    "\ud83d\ude00": "\U0001f600",
    "\U0001f600é": "\U0001f600é",
    "a\0b": "a\0b",
    "\u2028\x85\x0b": "\u2028\x85\x0b",
}


class Note(forms.Form):
    text = forms.CharField(max_length=6, required=False, widget=forms.Textarea, strip=False)
    hidden = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    code = forms.RegexField(r"^.*$", required=False, widget=forms.Textarea, strip=False)


NoteFormSet = forms.formset_factory(Note, extra=1)
NAMES = ("text", "hidden", "code")


def given(text):
    return dict.fromkeys(NAMES, text)


def names(live, index=0):
    return [f"{live.prefix_of(index)}-{name}" for name in NAMES]


def by_typing(text):
    live = ClientFormSet(NoteFormSet, prefix="n")
    live.input(live.keys[0], {name: [text] for name in names(live)})
    return live


def by_the_page(text):
    live = ClientFormSet(NoteFormSet, prefix="n")
    live.correct(live.keys[0], {name: [text] for name in names(live)})
    return live


def by_a_list(text):
    live = ClientFormSet(NoteFormSet, prefix="n")
    live.set_data([given(text)])
    return live


def by_many_rows(text):
    live = ClientFormSet(NoteFormSet, prefix="n")
    live.set_data([given(text)] * 25)
    return live


def by_names(text):
    live = ClientFormSet(NoteFormSet, prefix="n")
    live.set_data({"n-TOTAL_FORMS": "1", **dict.fromkeys(names(live), text)})
    return live


def by_an_update(text):
    live = ClientFormSet(NoteFormSet, prefix="n")
    live.update_data([given(text)])
    return live


def by_initial_data(text):
    return ClientFormSet(NoteFormSet, prefix="n", initial=[given(text)])


def by_initial_data_of_many(text):
    return ClientFormSet(NoteFormSet, prefix="n", initial=[given(text)] * 25)


def by_a_reset(text):
    live = ClientFormSet(NoteFormSet, prefix="n")
    live.reset([given(text)])
    return live


def by_markup(text):
    live = ClientFormSet(NoteFormSet, prefix="n")
    live.in_page.take_over([{name: [text] for name in names(live)}], 0)
    return live


def by_another_script(text):
    live = ClientFormSet(NoteFormSet, prefix="n")
    live.in_page.adopt(0, {name: [text] for name in names(live)}, "n-0")
    return live


def by_a_draft(text):
    live = ClientFormSet(NoteFormSet, prefix="n")
    typed = {f"__prefix__-{name}": [text] for name in NAMES}
    row = {"was": None, "typed": typed}
    assert not restore(live, {"fields": {}, "rows": [row], "order": [0]}).misfits
    return live


WAYS = [each for name, each in list(globals().items()) if name.startswith("by_")]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_rules_see_what_a_post_carries_whoever_gave_it(way, text):
    live = way(text)
    posted = live.post_data()
    for name in names(live):
        assert posted[name] == [TEXTS[text]]
    body = "&".join(f"{quote_plus(k)}={quote_plus(v)}" for k, all in posted.items() for v in all)
    assert dict(QueryDict(body).lists()) == posted
    assert_same_verdict(live)
    cleaned = live.plain_cleaned_data() if live.is_valid() else None
    json.dumps([posted, draft_of(live), cleaned], ensure_ascii=False).encode()


def test_what_a_row_holds_goes_along_with_its_copies_and_steps():
    live = by_typing("a\nb")
    assert live.duplicate(0) == 1
    assert live.post_data()["n-1-text"] == ["a\r\nb"]
    live.remove_form(0)
    live.undo()
    live.input(live.keys[0], {"n-0-text": ["c\nd\n"]})
    live.undo()
    assert live.post_data()["n-0-text"] == ["a\r\nb"]
    draft = json.loads(json.dumps(draft_of(live)))
    other = ClientFormSet(NoteFormSet, prefix="n")
    restore(other, draft)
    assert other.post_data() == live.post_data()
    # A page reports lines as its controls have them: that is no news.
    assert live.input(live.keys[0], {"n-0-text": ["a\nb"]}) == set()


def test_lengths_and_changes_count_both_letters_of_a_line_end():
    live = ClientForm(Note, initial={"text": "a\nb"})
    assert_same_form_verdict(live)
    assert live.has_changed(), "so Django says of a real POST"
    live.input(live.keys[0], {"text": ["a\nb\nc"]})  # 7 letters in a POST
    assert "text" in live.errors
    live.input(live.keys[0], {"text": ["a\nbcd"]})
    assert live.is_valid()
    assert live.cleaned_data["text"] == "a\r\nbcd"
    assert_same_form_verdict(live)
    taken = ClientForm(Note)
    taken.in_page.take_over({"text": ["a\nb"], "hidden": [""], "code": [""]})
    assert not taken.has_changed()


def test_text_that_a_post_carries_as_it_is_stays_the_same_object():
    for text in ("", "plain", "ünï", "\U0001f600", "a\r\nb", "\0"):
        assert posted_text(text) == text
