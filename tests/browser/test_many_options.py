"""Selects with thousands of options in the page: what is done to a row is not done to the others'."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.oracle import assert_agrees, classes

OPTIONS = 3000
ROWS = 10
PICKS = f"""
    MANY = [("", "-")] + [(f"c{{n}}", f"{{n}} A rather long name of item number {{n}}") for n in range({OPTIONS})]

    class Pick(forms.Form):
        item = forms.ChoiceField(choices=MANY)
        count = forms.IntegerField(min_value=1)

    class Few(Pick):
        item = forms.ChoiceField(choices=MANY[:4])

    kwargs = {{"extra": {ROWS}, "can_delete": True, "max_num": 60}}
    PickFormSet = forms.formset_factory(Pick, **kwargs)
    FewFormSet = forms.formset_factory(Few, **kwargs)
"""
HTML = """<link rel="stylesheet" href="static/page.css"><div class="demo">
<form id="many"><div data-formset="case.PickFormSet" data-prefix="many"></div></form>
<form id="few"><div data-formset="case.FewFormSet" data-prefix="few"></div></form></div>"""
OPERATIONS = {
    "add": "addAnother()",
    "remove": "removeForm(2)",
    "undo": "undo()",
    "duplicate": "duplicate(1)",
    "move": "move(0, 3)",
    "update": "updateData([{item: 'c1'}])",
    "set": "setData(Array(8).fill({item: 'c2', count: '1'}))",
    "reset": "reset()",
}
#: Milliseconds of the page's own processor, so that it does not matter who else uses the machine.
SPENT = "Performance.getMetrics"


@pytest.mark.parametrize("prerendered", [False, True], ids=["rendered", "taken over"])
def test_what_is_done_to_a_row_costs_about_what_its_own_options_do(author, prerendered):
    live = author(HTML, PICKS, prerendered=prerendered)
    expect(live.rows("many")).to_have_count(ROWS)
    tools = live.page.context.new_cdp_session(live.page)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent(action: str) -> float:
        def now() -> float:
            metrics = tools.send(SPENT)["metrics"]
            return next(each["value"] for each in metrics if each["name"] == "TaskDuration")

        before = now()
        live.page.evaluate(
            f"new Promise(done => {{ {action};"
            " requestAnimationFrame(() => setTimeout(() => done(null))) })"
        )
        return now() - before

    # What a browser takes for the options of one row more: reading, styling and laying them out.
    row = "document.querySelector('[data-prefix=many] [data-formset-row]')"
    template = (
        f"const made = document.createElement('div'); made.innerHTML = {row}.outerHTML;"
        "document.body.append(made); requestAnimationFrame(() => setTimeout(() => made.remove(), 50))"
    )
    one = min(spent(template) for _ in range(3))
    rows = {"add": 1, "undo": 1, "duplicate": 1, "reset": ROWS}
    taken = {
        name: (
            spent(f"clientforms.formset('many').{call}"),
            spent(f"clientforms.formset('few').{call}"),
        )
        for name, call in OPERATIONS.items()
    }
    assert {
        name: (many, few, one)
        for name, (many, few) in taken.items()
        if many > 3 * few + (rows.get(name, 0) + 1) * 2 * one
    } == {}
    assert_agrees(live, "many", classes(PICKS)["PickFormSet"])
