"""How often a reader comes back to a module that he has left, on his way through the engine.

He reads functions in the order in which they are called, each once. Before the engine got folders,
"add another" led back 15 times as far down as the arrangement of rows, a keystroke 11 times in all.
"""

import sys
from itertools import groupby

from django import forms

from clientforms import ClientFormSet

ENGINE = "/clientforms/engine/"
TO_THE_ARRANGEMENT = (
    5  # calls below `add_another()`; deeper down, HTML is made and forms are cleaned
)


class ArticleForm(forms.Form):
    title = forms.CharField()
    slug = forms.SlugField(required=False)


ArticleFormSet = forms.formset_factory(ArticleForm, extra=2, can_delete=True, can_order=True)


def way(run, depth=100):
    """The modules that `run` leads through, each as often as a reader gets there."""
    stack, found = [], {}

    def hear(frame, event, _):
        code = frame.f_code
        if ENGINE not in code.co_filename or "<" in code.co_name:
            return
        if event == "call":
            if len(stack) <= depth:
                found.setdefault((code.co_filename, code.co_qualname))
            stack.append(code)
        elif event == "return":
            stack.pop()

    before = sys.getprofile()
    sys.setprofile(hear)
    try:
        run()
    finally:
        sys.setprofile(before)
    return [module for module, _ in groupby(module for module, _ in found)]


def returns(modules):
    return len(modules) - len(set(modules))


def articles():
    live = ClientFormSet(ArticleFormSet, prefix="articles")
    live.subscribe(lambda changes: None)
    live.add_another()
    return live


def test_add_another_leads_back_at_most_half_as_often_as_it_did():
    live = articles()
    modules = way(live.add_another, TO_THE_ARRANGEMENT)
    assert len(live) == 4
    assert any(module.endswith("/live/arrangement.py") for module in modules)
    assert returns(modules) <= 15 // 2


def test_a_keystroke_leads_back_at_most_half_as_often_as_it_did():
    live = articles()
    live.input(live.keys[0], {"articles-0-title": ["a"]})
    modules = way(lambda: live.input(live.keys[0], {"articles-0-title": ["ab"]}))
    assert live.post_data()["articles-0-title"] == ["ab"]
    assert any(module.endswith("/rows/history.py") for module in modules)
    assert returns(modules) <= 11 // 2
