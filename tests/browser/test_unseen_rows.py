"""Rows beyond the first screens are laid out late: focus, anchors and find reach them exactly nevertheless."""

FORMS = """
    class Row(forms.Form):
        name = forms.CharField()

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            if (self.prefix or "").endswith(("3", "7")):
                self.fields["name"].help_text = "Rows with more words than the first are higher than it is. " * 3

    RowFormSet = forms.formset_factory(Row, extra=1000, max_num=1000)
"""
PAGE = """<link rel="stylesheet" href="static/page.css">
<main class="demo"><form><div data-formset="case.RowFormSet" data-prefix="rows"></div></form></main>"""

CONTROL = "document.querySelector(`[name='rows-${place - 1}-name']`)"
FOCUS = f"place => {CONTROL}.focus()"
GO = f"place => {{ document.activeElement.blur(); location.hash = {CONTROL}.id; }}"
FIND = f"place => {{ {CONTROL}.value = 'needle'; window.find('needle', false, false, true); {CONTROL}.value = ''; }}"
PLACE = f"""async place => {{
    const at = () => {CONTROL}.getBoundingClientRect().top;
    const frame = () => new Promise(requestAnimationFrame);
    const isSeen = () => at() >= 0 && at() + 40 <= innerHeight;
    const patience = performance.now() + 5000;
    while (!isSeen() && performance.now() < patience) await frame();
    for (let frames = 0; frames < 4; frames += 1) await frame(); // what comes into view is laid out, and may move
    return isSeen() ? at() : null;
}}"""
TOP = 40  # pixels at most between an anchor and the top of the window: `scroll-padding` of the style sheet


def test_focus_anchors_and_find_land_on_rows_that_were_never_seen(author):
    live = author(PAGE, FORMS, prerendered=True)
    page = live.page
    page.set_viewport_size({"width": 320, "height": 700})
    anchored = f"{page.url}#id_rows-998-name"
    page.goto("about:blank")
    page.goto(anchored)
    live.wait_until_ready()
    landed = {"loaded": {999: page.evaluate(PLACE, 999)}}
    steps = [
        ("focus", FOCUS, [31, 61, 91, 998]),
        ("anchor", GO, [120, 700]),
        ("find", FIND, [500, 200]),
    ]
    for behavior in ("auto", "smooth"):
        page.add_style_tag(content=f"html {{ scroll-behavior: {behavior} !important }}")
        for name, act, places in steps:
            for place in (each - 3 * (behavior == "smooth") for each in places):
                page.evaluate(act, place)
                landed.setdefault(name, {})[place] = page.evaluate(PLACE, place)
    assert [each for places in landed.values() for each in places.values() if each is None] == []
    assert all(top <= TOP for top in landed["anchor"].values()), landed
