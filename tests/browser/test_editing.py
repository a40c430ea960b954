"""Classes of fields and rows that were touched and that were changed, for style sheets."""

import json

import pytest

FORMS = """
    class NoteForm(forms.Form):
        error_css_class = "wrong"
        title = forms.CharField(max_length=9, help_text="Short.")
        kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, initial="a")
        when = forms.SplitDateTimeField(required=False)
        done = forms.BooleanField(required=False)
        key = forms.CharField(required=False, widget=forms.HiddenInput)

    NoteFormSet = forms.formset_factory(NoteForm, extra=1, can_delete=True, can_order=True)
"""
HTML = """
<form id="f" data-clientforms>
  <div data-formset="case.NoteFormSet" data-prefix="n" data-layout="{0}" data-initial="rows"></div>
  <div data-form="case.NoteForm" data-prefix="quiet" data-layout="{0}" data-validation="manual"></div>
  <button>Save</button>
</form>
<form id="own" data-form="case.NoteForm" data-prefix="own">
  <section><label>Title <input name="own-title"></label></section>
  <input name="own-when_0"><input name="own-when_1"><input type="checkbox" name="own-done">
</form>
<input name="own-kind" form="own" type="radio" value="a" checked>
<script type="application/json" id="rows">[{{"title": "One"}}, {{"title": "Two"}}]</script>
"""
# By field, or "row", which classes it has. A field is where Django puts `error_css_class`.
EDITED = """([prefix, names]) => {
    const control = name => document.getElementsByName(`${prefix}-${name}`)[0] ?? document.getElementsByName(`${prefix}-${name}_0`)[0];
    const row = control("title").closest("[data-key]");
    const own = each => ["touched", "changed"].filter(name => each.classList.contains(`clientforms-${name}`)).join(" ");
    const all = [...row.querySelectorAll(".clientforms-touched, .clientforms-changed")];
    const found = Object.fromEntries(names.map(name => {
        const marked = all.filter(each => each === control(name) || each.contains(control(name)));
        return [name, marked.length > 1 ? "several" : marked.length ? own(marked[0]) : ""];
    }));
    return [own(row), found, all.length];
}"""
NAMES = ["title", "kind", "when", "done"]


@pytest.fixture(params=["div", "table", "ul"])
def live(author, request):
    return author(HTML.format(request.param), FORMS)


def edited(live, prefix, row="", *, others=0, **fields):
    """Wait until a row and its fields have these classes, and `others` besides."""
    expected = [row, dict.fromkeys(NAMES, "") | fields, len(fields) + others]
    until = """async ([expected, ...given]) => {
        const until = performance.now() + 5000;
        for (;;) {
            const found = (EDITED)(given);
            if (JSON.stringify(found) === expected || performance.now() > until) return found;
            await new Promise(requestAnimationFrame);
        }
    }""".replace("EDITED", EDITED)
    text = json.dumps(expected, separators=(",", ":"))
    assert live.page.evaluate(until, [text, prefix, NAMES]) == expected


def test_fields_and_rows_say_that_they_are_touched_and_changed(live):
    assert live.page.locator(".clientforms-touched, .clientforms-changed").count() == 0
    for prefix in ("n-0", "quiet"):
        live.control(f"{prefix}-title").focus()
        live.control(f"{prefix}-title").blur()
        edited(live, prefix, "touched", title="touched")
        live.type(f"{prefix}-title", "x")
        edited(live, prefix, "touched changed", title="touched changed")
        live.control(f"{prefix}-when_0").fill("2026-01-02")
        live.control(f"{prefix}-when_1").fill("10:00")
        live.control(f"{prefix}-kind").nth(1).check()
        live.control(f"{prefix}-done").check()
        both = dict.fromkeys(NAMES, "touched changed")
        edited(live, prefix, "touched changed", **both)
        live.control(f"{prefix}-kind").nth(0).check()
        edited(live, prefix, "touched changed", **both | {"kind": "touched"})
        edited(live, "n-1")
    assert live.page.locator(".wrong").count() == 0
    live.control("n-0-when_1").fill("25:00")
    live.control("n-0-when_1").blur()
    assert live.page.locator(".wrong.clientforms-changed").count() == 1

    live.formset("n", "undo()")
    live.formset("n", "undo()")
    both = dict.fromkeys(NAMES, "touched changed")
    edited(live, "n-0", "touched changed", **both)
    live.formset("n", "removeForm(2)")
    live.formset("n", "addAnother({title: 'Set'})")
    edited(live, "n-2", "changed", title="changed")
    live.formset("n", "move(0, 2)")
    live.formset("n", "removeForm(0)")
    live.formset("n", "undo()")
    edited(live, "n-0", "touched changed", **both, others=1)  # ORDER
    live.formset("n", "resetField('n-0-title')")
    del both["title"]
    edited(live, "n-0", "touched changed", **both, others=1)
    live.formset("n", "setData([{title: 'One'}, {title: 'Two', kind: 'b'}])")
    edited(live, "n-1", "changed", kind="changed")
    assert live.page.locator('[data-prefix="n"] .clientforms-touched').count() == 0
    live.form("quiet", "reset()")
    edited(live, "quiet")
    live.formset("n", "reset()")
    assert live.page.locator(".clientforms-touched, .clientforms-changed").count() == 0
    assert live.page.locator('[class=""]').count() == 0

    # In an author's markup, the largest element that holds a field alone; outside of it, the control.
    live.type("own-title", "x")
    live.control("own-kind").focus()
    live.control("own-kind").blur()
    live.control("own-done").check()
    live.page.wait_for_function(
        """expected => [...document.querySelectorAll(".clientforms-touched")]
            .map(each => each.getAttribute("name") ?? each.tagName).sort().join() === expected""",
        arg="FORM,SECTION,own-done,own-kind",
    )
