"""Selects with many options: what each operation takes with thousands of options, and with three."""

from __future__ import annotations

import statistics

from playwright.sync_api import Browser

from tests.browser.live_page import LivePage

__all__ = ["COUNTS", "Options", "measure"]

COUNTS = (3, 3000)
ROWS = 10

#: Operation to time to count of options: milliseconds until the call returns, medians.
Options = dict[str, dict[int, float]]

PYTHON = f"""
    def formset_class(options):
        class Pick(forms.Form):
            item = forms.ChoiceField(choices=[
                (f"c{{n}}", f"{{n}} A rather long name of item number {{n}}") for n in range(options)])
            count = forms.IntegerField(min_value=1)

        return forms.formset_factory(Pick, extra={ROWS}, can_delete=True, max_num=60)

    Options3FormSet = formset_class(3)
    Options3000FormSet = formset_class(3000)
"""
HTML = "".join(
    f'<form><div data-formset="case.Options{count}FormSet" data-prefix="options{count}"></div></form>'
    for count in COUNTS
)
CALLS = {
    "add": "addAnother()",
    "remove": "removeForm(2)",
    "undo": "undo()",
    "duplicate": "duplicate(1)",
    "update": "updateData([{item: 'c1'}])",
    "set all": "setData(Array(8).fill({item: 'c2', count: '1'}))",
    "reset": "reset()",
}
TIME = """async ([name, call]) => {
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    const formset = clientforms.formset(name), started = performance.now();
    new Function("formset", `formset.${call}`)(formset);
    return performance.now() - started;
}"""


def measure(browser: Browser, server: str, *, rounds: int) -> Options:
    """Return what each operation takes in ten rows. The first round is warming up."""
    context = browser.new_context()
    live = LivePage(context.new_page(), server).open_case(HTML, PYTHON)
    samples: dict[str, dict[int, list[float]]] = {
        name: {count: [] for count in COUNTS} for name in CALLS
    }
    for number in range(rounds + 1):
        for name, call in CALLS.items():
            for count in COUNTS:
                taken = live.page.evaluate(TIME, [f"options{count}", call])
                if number:
                    samples[name][count].append(taken)
    context.close()
    return {
        name: {count: statistics.median(each) for count, each in by_count.items()}
        for name, by_count in samples.items()
    }
