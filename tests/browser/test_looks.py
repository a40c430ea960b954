"""How the pages' own style sheet lays out every kind of widget: both directions, phone and desktop."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import small_targets
from tests.browser.catalogue import FORMS
from tests.browser.tab_order import out_of_order

PYTHON = (
    FORMS
    + """
    class Line(forms.Form):
        name = forms.CharField(help_text="As it is written on the invoice.")
        amount = forms.IntegerField(label="How many were delivered")
        day = forms.DateField(widget=forms.SelectDateWidget(years=[2025, 2026]), required=False)
        at = forms.SplitDateTimeField(required=False)
        kinds = forms.MultipleChoiceField(
            choices=[("a", "A rather long name of a kind of thing"), ("b", "B")],
            widget=forms.CheckboxSelectMultiple, required=False, help_text="As many as you like.")
        paid = forms.BooleanField(required=False)
        bill = forms.FileField(required=False)

    class Terms(forms.Form):
        agreed = forms.BooleanField(help_text="To be read before.")
        why = forms.CharField(widget=forms.Textarea)

    class Note(forms.Form):
        text = forms.CharField()

    OrderedFormSet = forms.formset_factory(
        Line, extra=2, can_order=True, can_delete=True, max_num=3000, absolute_max=3000)
    PlainFormSet = forms.formset_factory(Note, extra=2, can_delete=True, max_num=50)
"""
)
CONTAINERS = {
    **{
        f"f{layout}": f'data-form="case.Texts" data-layout="{layout}"'
        for layout in ("div", "table")
    },
    "choices": 'data-form="case.Choices"',
    "widgets": 'data-form="case.Widgets"',
    "terms": 'data-form="case.Terms"',
    **{
        f"s{layout}": f'data-formset="case.OrderedFormSet" data-layout="{layout}"'
        for layout in ("div", "p", "ul", "table")
    },
    "shown": 'data-formset="case.OrderedFormSet" data-order="shown"',
    "plain": 'data-formset="case.PlainFormSet"',
}
HTML = '<link rel="stylesheet" href="static/page.css"><main class="wrap">{}</main>'.format(
    "".join(
        f'<section class="demo"><div class="stage"><form data-clientforms>'
        f'<div {told} data-prefix="{name}"></div><button>Save</button></form></div></section>'
        for name, told in CONTAINERS.items()
    )
)
DIRECTIONS = {"ltr": 'lang="en"', "rtl": 'lang="ar" dir="rtl"'}
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }"""

# What is seen in the page: labels, legends, controls, buttons, numbers of rows. Boxes of labels are those of their text.
SEEN = """() => {
    const box = each => {
        const range = document.createRange();
        range.selectNodeContents(each);
        const {left, right, top, bottom} = /LABEL|LEGEND|DIV|SPAN/.test(each.tagName)
            ? range.getBoundingClientRect() : each.getBoundingClientRect();
        return {what: each.outerHTML.slice(0, 80), left, right, top: top + scrollY, bottom: bottom + scrollY};
    };
    const number = row => {
        const {left: x, top: y, width, height} = getComputedStyle(row, "::before");
        const [left, top] = [row.getBoundingClientRect().left + row.clientLeft + parseFloat(x),
            row.getBoundingClientRect().top + row.clientTop + scrollY + parseFloat(y)];
        return {what: "the number of a row", left, top,
            right: left + parseFloat(width), bottom: top + parseFloat(height)};
    };
    const shown = selector => [...document.querySelectorAll(selector)].filter(each => each.checkVisibility());
    return [...shown("main label, main legend, main :is(input, select, textarea, button), main .helptext, main .errorlist").map(box),
        ...shown("[data-formset-row]").map(number)];
}"""


def overlapping(seen):
    """Return pairs that cover each other by more than a pixel; a label may hold its control."""
    ordered = sorted(seen, key=lambda each: each["top"])
    found = []
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other["top"] >= one["bottom"] - 1:
                break
            is_beside = other["left"] >= one["right"] - 1 or one["left"] >= other["right"] - 1
            if not is_beside and not any("<label" in each["what"] and "<input" in each["what"]
                                         for each in (one, other)):  # fmt: skip
                found.append((one, other))
    return found


def nothing_overlaps_and_nothing_is_out_of_reach(looks):
    """WCAG 1.4.10, 1.4.12 and 2.5.8."""
    page = looks.page
    for width, spacing in ((320, ""), (320, SPACING), (640, SPACING), (1280, ""), (1280, SPACING)):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(
            """css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
                document.adoptedStyleSheets = [document.adoptedStyleSheets[0], sheet]; }""",
            spacing,
        )
        seen = page.evaluate(SEEN)
        assert len(seen) > 250
        assert overlapping(seen) == [], (width, spacing)
        assert [each for each in seen if each["left"] < 0 or each["right"] > width] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert small_targets(page) == []


def controls_of_neighbours_are_level(looks):
    """Also if one has a help text, parts, options or an error."""
    page = looks.page
    page.set_viewport_size({"width": 1280, "height": 900})
    for name in ("choices", "widgets", "fdiv", "terms"):
        page.evaluate("name => clientforms.form(name).validate()", name)
    page.evaluate("clientforms.formset('sdiv').validate()")
    lines = page.evaluate(
        """() => {
            const lines = {};
            for (const label of document.querySelectorAll(
                    "main div > label:first-child, main div > fieldset > legend")) {
                const place = label.parentElement;
                const control = place.querySelector("input:not([type=checkbox], [type=radio]), select, textarea");
                if (!control?.checkVisibility()) continue;
                const line = lines[Math.round(label.getBoundingClientRect().top + scrollY)] ??= [];
                line.push(Math.round(control.getBoundingClientRect().top + scrollY));
            }
            return Object.values(lines);
        }"""
    )
    assert len([line for line in lines if len(line) > 1]) > 8
    assert [line for line in lines if len(set(line)) > 1] == []


def the_number_of_row_1000_has_room(looks):
    page = looks.page
    for width in (320, 640, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate(
            """() => {
                const row = document.querySelector("[data-prefix=sdiv] [data-formset-row]");
                const made = row.appendChild(document.createElement("span"));
                made.textContent = "1000";
                made.style.cssText = `position: absolute; font: ${getComputedStyle(row, "::before").font}`;
                const {width} = made.getBoundingClientRect();
                made.remove();
                return width;
            }"""
        )
        assert wide <= 3 * 16, width


def order_has_a_box_only_if_it_is_asked_for_or_wrong(looks):
    page = looks.page
    for name in CONTAINERS:
        boxes = page.locator(f'[data-prefix="{name}"] [name$="-ORDER"]')
        for box in boxes.all():
            expect(box).to_be_visible(visible=name == "shown")
    looks.formset("sdiv", "updateData([{name: 'A', ORDER: '1.5'}, {name: 'B'}])")
    page.evaluate("clientforms.formset('sdiv').validate()")
    expect(looks.control("sdiv-0-ORDER")).to_be_visible()
    expect(looks.control("sdiv-1-ORDER")).to_be_hidden()
    page.evaluate("clientforms.letGo()")  # Python died: without buttons, the boxes are how to order
    for name in ("sdiv", "stable"):
        expect(looks.control(f"{name}-1-ORDER")).to_be_visible()


def all_that_dragging_does_is_done_by_single_presses_too(looks):
    """WCAG 2.5.7."""
    for name in [name for name in CONTAINERS if name.startswith("s")]:
        rows = looks.rows(name)
        first = rows.first.get_attribute("data-key")
        expect(rows.first.locator("[data-formset-handle]")).to_be_visible()
        rows.first.locator('[data-formset-action="move-down"]').click()
        assert rows.nth(1).get_attribute("data-key") == first


def focus_is_not_covered(looks):
    """WCAG 2.4.11: whatever the Tab key reaches can be seen."""
    page = looks.page
    page.set_viewport_size({"width": 320, "height": 600})
    covered, reached = [], 0
    page.evaluate("document.body.focus()")
    while True:
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => {
                const focused = document.activeElement;
                if (focused === document.body) return null;
                const {left, right, top, bottom} = focused.getBoundingClientRect();
                const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
                return [focused.outerHTML.slice(0, 90), focused.contains(at) || at?.contains(focused)];
            }"""
        )
        if state is None:
            break
        reached += 1
        covered += [] if state[1] else [state[0]]
    assert reached > 150
    assert covered == []


def paper_has_what_was_filled_in_and_nothing_to_press(looks):
    page = looks.page
    looks.formset("plain", "setData(Array.from({length: 40}, (_, n) => ({text: `Note ${n}`})))")
    page.emulate_media(media="print")
    assert page.locator("main button:visible").count() == 0
    last = looks.rows("plain").last
    assert last.evaluate("each => getComputedStyle(each).contentVisibility") == "visible"
    assert looks.control("plain-39-text").evaluate("each => each.checkVisibility()")
    page.emulate_media(media="screen")


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_widget_looks_right(author, direction):
    looks = author(HTML, PYTHON, DIRECTIONS[direction])
    controls_of_neighbours_are_level(looks)
    the_number_of_row_1000_has_room(looks)
    nothing_overlaps_and_nothing_is_out_of_reach(looks)
    focus_is_not_covered(looks)
    if direction == "ltr":  # looks at both
        assert out_of_order(looks.page) == []
    all_that_dragging_does_is_done_by_single_presses_too(looks)
    paper_has_what_was_filled_in_and_nothing_to_press(looks)
    order_has_a_box_only_if_it_is_asked_for_or_wrong(looks)
