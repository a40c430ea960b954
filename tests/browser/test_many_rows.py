"""Many rows in the page: stamped, renumbered, filled and shown their errors all at once."""

import json

from playwright.sync_api import expect

from clientforms import ClientFormSet
from clientforms.engine.html.form_html import render_form, without_errors
from tests.browser.live_page import LivePage
from tests.browser.oracle import assert_agrees, classes, posted_formset

ROWS = 120
MANY = """
    def not_bad(value):
        if "bad" in value:
            raise forms.ValidationError("That is bad.")

    class Note(forms.Form):
        error_css_class = "wrong"
        text = forms.CharField(validators=[not_bad], help_text="Any <b>text</b>.")
        much = forms.IntegerField(required=False)
        day = forms.DateField(required=False)
        where = forms.ChoiceField(choices=[("", "-"), ("a", "A"), ("b", "B & b")], required=False)
        size = forms.ChoiceField(
            choices=[("s", "S"), ("l", "L")], widget=forms.RadioSelect, required=False)
        some = forms.MultipleChoiceField(
            choices=[("x", "X"), ("y", "Y")], widget=forms.CheckboxSelectMultiple, required=False)
        area = forms.CharField(widget=forms.Textarea, required=False)
        colour = forms.CharField(widget=forms.TextInput({"type": "color"}), required=False)
        secret = forms.CharField(widget=forms.HiddenInput, required=False)

    class BaseNotes(forms.BaseFormSet):
        def clean(self):
            texts = [form.cleaned_data.get("text") for form in self.forms]
            if texts.count("twice") > 1:
                raise forms.ValidationError("Twice is too often.")

    NotesFormSet = forms.formset_factory(
        Note, formset=BaseNotes, extra=2, max_num=2000, can_delete=True, can_order=True)
"""
DJANGO = classes(MANY)
HOSTILE = ["<script>alert(1)</script>", "a\r\nb", "line\nline", '"&quot; &amp;', "__prefix__"]
INITIAL = [
    {
        "text": HOSTILE[number % 5] if number < 10 else f"Text {number}",
        "much": [number, "x", None][number % 3],
        "day": ["2024-02-29", "2026-02-31", None][number % 3],
        "where": ["a", "b", "nowhere", ""][number % 4],
        "size": ["s", "l", None][number % 3],
        "some": [["x"], ["x", "y"], []][number % 3],
        "area": ["\nfirst", "a\r\nb", ""][number % 3],
        "colour": ["#AABBCC", "red"][number % 2],
        "secret": f"s{number}",
    }
    for number in range(ROWS)
]
JSON = json.dumps(INITIAL).replace("<", "\\u003c")
NOTED = """<script>
    window.copied = [];
    let rows;
    Object.defineProperty(window.clientforms, "rows", {
        get: () => rows,
        set: (given) => {
            const stamp = (...all) => { copied.push(given.stamp(...all)); return copied.at(-1); };
            rows = {...given, stamp};
        },
    });
</script>"""
STILL = """() => new Promise(resolve => {
    let place, frames = 0;
    const look = () => {
        frames = scrollY === place ? frames + 1 : 0;
        place = scrollY;
        if (frames < 4) requestAnimationFrame(look);
        else resolve();
    };
    look();
})"""
AS_HIGH = """() => {
    const [first, last] = [0, 100].map(n => document.querySelectorAll("[data-formset-row]")[n].offsetHeight);
    return first > 400 && Math.abs(first - last) < 2;
}"""
PAGE = f"""{NOTED}<form id="many">
<div data-formset="case.NotesFormSet" data-prefix="many" data-initial="initial"></div></form>
<script type="application/json" id="initial">{JSON}</script>"""
SAME_ROWS = """html => {
    const expected = document.createElement("template");
    expected.innerHTML = html.join("");
    const bare = (row) => {
        const copy = row.cloneNode(true);
        copy.querySelectorAll("[data-formset-row-actions]").forEach(each => each.remove());
        copy.querySelectorAll("[data-clientforms-hidden]").forEach(each => {
            each.hidden = false;
            each.removeAttribute("data-clientforms-hidden");
        });
        for (const each of copy.querySelectorAll('[value="nowhere"]')) each.remove(); // Django offers it nowhere
        return copy.innerHTML;
    };
    const rows = [...document.querySelectorAll("[data-formset-row]")];
    return rows.map((row, i) => [bare(row), expected.content.children[i].innerHTML])
        .filter(([is, should]) => is !== should);
}"""


def press(button):
    """Click once the page is still, as people do: a row that comes into sight may be higher than the first."""
    button.scroll_into_view_if_needed()
    button.page.evaluate(STILL)
    button.click()


def test_many_rows_are_in_the_page_as_django_has_them(author):
    """All in one page: it takes long to start."""
    live = author(PAGE, MANY)
    formset = DJANGO["NotesFormSet"]
    initial = {"initial": ClientFormSet(formset).initial_from_json(INITIAL)}
    expect(live.rows("many")).to_have_count(ROWS + 2)
    assert live.page.evaluate("copied") == [True]

    django = posted_formset(formset, live.form_data("many"), prefix="many", **initial)
    rendered = [f"<div>{render_form(without_errors(form), 'div')}</div>" for form in django]
    assert live.page.evaluate(SAME_ROWS, rendered) == []
    assert_agrees(live, "many", formset, **initial)
    label = live.button("many", "remove", row=ROWS).get_attribute("aria-label")
    assert label == f"Remove Note {ROWS + 1}"
    expect(live.control("many-100-DELETE")).to_be_hidden()

    # Rows out of sight are not laid out, are taken to be as high as others, and take the focus.
    live.page.wait_for_function(AS_HIGH)
    seen = "row => row.checkVisibility({contentVisibilityAuto: true})"
    inside = live.rows("many").locator("label").first
    assert inside.evaluate(seen)
    assert not live.control("many-100-text").evaluate(seen)
    live.control("many-100-text").focus()
    assert live.focused() == "many-100-text"
    live.type("many-100-text", "bad")
    live.expect_errors("many-100-text", "That is bad.")
    live.type("many-100-text", "good")
    live.expect_errors("many-100-text")

    for text in ("add", "add"):
        press(live.button("many", text).last)
    live.type(f"many-{ROWS + 3}-text", "the last")
    live.page.check(f'[name="many-{ROWS + 3}-size"][value="l"]')
    press(live.button("many", "remove", row=ROWS))  # an extra row: three others get new numbers
    expect(live.control(f"many-{ROWS + 2}-text")).to_have_value("the last")
    expect(live.page.locator(f'[name="many-{ROWS + 2}-size"][value="l"]')).to_be_checked()
    assert live.control(f"many-{ROWS + 2}-text").get_attribute("aria-describedby") == (
        f"id_many-{ROWS + 2}-text_helptext"
    )
    label = live.button("many", "remove", row=ROWS + 2).get_attribute("aria-label")
    assert label == f"Remove Note {ROWS + 3}"
    assert_agrees(live, "many", formset, **initial)

    rows = [{"text": f"bad {n}", "much": "7", "where": "b", "some": ["y"]} for n in range(ROWS)]
    for text in ("bad", "also bad"):  # the second time, other errors stand there already
        rows = [{**row, "text": f"{text} {n}"} for n, row in enumerate(rows)]
        live.page.evaluate("rows => clientforms.formset('many').setData(rows)", rows)
        expect(live.page.locator(".errorlist:not(.nonform)")).to_have_count(ROWS)
        live.expect_errors("many-77-text", "That is bad.")
        expect(live.control("many-77-text")).to_have_attribute("aria-invalid", "true")
        expect(live.page.locator(".wrong")).to_have_count(ROWS)
        expect(live.control("many-77-where")).to_have_value("b")
        assert_agrees(live, "many", formset, **initial)

    rows = [{"text": "twice"}] * 5
    live.page.evaluate("rows => clientforms.formset('many').setData(rows)", rows)
    expect(live.page.locator(".errorlist:not(.nonform), .wrong")).to_have_count(0)
    assert live.non_form_errors("many").all_inner_texts() == ["Twice is too often."]
    expect(live.rows("many")).to_have_count(5)
    live.page.evaluate("clientforms.formset('many').setData(Array(60).fill({text: 'fine'}))")
    expect(live.rows("many")).to_have_count(60)
    assert_agrees(live, "many", formset, **initial)
    assert live.page.evaluate(
        "[...document.querySelectorAll('[data-formset-row]')].every((row, i) =>"
        " row.querySelector('[name$=\"-text\"]').name === `many-${i}-text`)"
    )


REFUSED = """
    from clientforms import ClientFormSet
    from clientforms.browser import bind, configure
    configure()
    live = ClientFormSet(NotesFormSet, prefix="many")
    others = {4: {"much": "x"}, 5: {"much": "1e"}, 6: {"colour": "nothing"},
        7: {"text": "two\\nlines"}, 8: {"where": "nowhere"}, 9: {"where": "b"}, 10: {"size": "none"},
        11: {"some": ["y"]}, 12: {"some": ["y", "z"]}, 13: {"area": "a\\nb"}}
    plain = {"text": "t", "much": "1", "day": "2024-02-29", "where": "a", "size": "s", "some": ["x"],
        "area": "a", "colour": "#aabbcc", "secret": "s"}
    live.set_data([{**plain, **others.get(number, {})} for number in range(40)])
    bind("#rows", live)
"""


def test_what_a_copied_row_does_not_take_is_not_posted(author):
    """The page has the last word: a control may refuse what Python gives it, in any of the rows."""
    html = '<form id="many"><div id="rows" data-prefix="many"></div></form>'
    live = author(NOTED + html, MANY + REFUSED)
    expect(live.rows("many")).to_have_count(40)
    assert live.page.evaluate("copied") == [True]
    assert_agrees(live, "many", DJANGO["NotesFormSet"])
    posted = live.form_data("many")
    values = {
        "3-much": ["1"], "4-much": [""], "5-much": [""], "6-colour": ["#000000"], "7-text": ["twolines"],
        "9-where": ["b"], "11-some": ["y"], "12-some": ["y"], "13-area": ["a\r\nb"],
    }  # fmt: skip
    assert {name: posted.get(f"many-{name}") for name in values} == values
    assert posted["many-8-where"] == ["nowhere"], "a select shows what it does not offer"
    assert "many-10-size" not in posted


DISABLED = """
    from clientforms import ClientFormSet
    from clientforms.browser import bind, configure

    class Line(forms.Form):
        text = forms.CharField()

    configure()
    live = ClientFormSet(forms.formset_factory(Line), prefix="many")
    live.set_data([{"text": f"Text {number}"} for number in range(40)])
    bind("#rows", live)
"""


def test_copied_rows_in_a_disabled_fieldset_post_nothing(author):
    rows = '<div id="rows" data-prefix="many"></div>'
    live = author(f'{NOTED}<form id="many"><fieldset disabled>{rows}</fieldset></form>', DISABLED)
    expect(live.rows("many")).to_have_count(40)
    assert live.page.evaluate("copied") == [True]
    assert live.form_data("many") == {}
    assert not [name for name in live.formset("many", "postData()") if name.endswith("-text")]


COPIES = """
    <div data-key="clientforms7text0z"><label for="id_clientforms7stamp-a">A</label>
    <input name="clientforms7stamp-a" id="id_clientforms7stamp-a" value="clientforms7text2z">
    <input type="color" name="clientforms7stamp-c" value="clientforms7text3z">
    <input type="radio" name="clientforms7stamp-r" value="clientforms7text2z" checked>
    <input type="radio" name="clientforms7stamp-r" value="2">
    <textarea name="clientforms7stamp-t">
clientforms7text4z</textarea>
    <select name="clientforms7stamp-s"><option>1<option selected>2</select>
    <p aria-label="Form clientforms7text1z of clientforms7stamp"></p></div>"""
GIVEN = [
    ["a:1", "1", 'He said "<b>&amp;"', "#aabbcc", "\nfirst\nsecond"],
    ["a:2", "2", "", "no colour", ""],
    ["a:3", "3", "a\r\nb\rc", "", "clientforms7text0z\r\n"],
]
COPY = """([shape, given]) => {
    const rows = new Map(), parent = document.createElement("div");
    const told = given.map((texts, place) => [0, `set-${place}`, texts]);
    const done = clientforms.rows.stamp(rows, parent, JSON.stringify({shapes: [shape], given: told}));
    const html = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
    const written = given.map((texts, place) => {
        const template = document.createElement("template");
        template.innerHTML = shape.trim().replace(/clientforms7(?:stamp|text(.)z)/g,
            (mark, number) => number ? html(texts[number]) : `set-${place}`);
        return template.content.firstElementChild;
    });
    const state = (row) => [...row.querySelectorAll("input, select, textarea")]
        .map(({value, checked, selectedIndex}) => [value, checked, selectedIndex]);
    return {
        done,
        same: written.map((row, place) => row.isEqualNode(parent.children[place])),
        states: written.map(state),
        copied: [...parent.children].map(state),
        keys: [...rows].filter(([key, row]) => row.dataset.key === key).map(([key]) => key),
    };
}"""


def test_copies_are_what_a_browser_makes_of_html(page, server):
    live = LivePage(page, server).open_index()
    found = live.page.evaluate(COPY, [COPIES.strip(), GIVEN])
    assert found["done"] is True
    assert found["same"] == [True] * 3
    assert found["copied"] == found["states"]
    assert found["keys"] == ["a:1", "a:2", "a:3"]


ELSEWHERE = (
    '<template><input name="clientforms7stamp-b"></template>',
    "<span>clientforms7stamp</span>",
    "<!-- clientforms7stamp -->",
    '<img src="clientforms7text2z">',
    '<div style="--x: clientforms7text2z"></div>',
    '<an-element name="b"></an-element>',
)


def test_marks_in_other_places_are_not_copied(page, server):
    live = LivePage(page, server).open_index()
    for inside in ELSEWHERE:
        shape = COPIES.strip().replace("</div>", f"{inside}</div>")
        found = live.page.evaluate(COPY, [shape, GIVEN])
        assert found["done"] is False, inside
        assert found["copied"] == [], inside


def test_python_looks_for_garbage_when_the_page_is_idle(author):
    live = author(
        '<form id="f"><div data-formset="case.NoteFormSet" data-prefix="n"></div></form>',
        """
    import gc
    from pyscript import window
    from pyscript.ffi import create_proxy

    class Note(forms.Form):
        text = forms.CharField()

    NoteFormSet = forms.formset_factory(Note, max_num=2000)
    runs = []
    gc.callbacks.append(lambda phase, info: runs.append(info["generation"]))
    window.news = create_proxy(lambda: [gc.get_count()[0], len(runs)])
    """,
    )
    before, after = live.page.evaluate(
        """() => {
            const [, runs] = news();
            clientforms.formset("n").setData(Array(300).fill({text: ""}));
            const [objects, more] = news();
            return [[0, runs], [objects, more]];
        }"""
    )
    assert after[0] > 2_000, "there is something to look through"
    assert after[1] == before[1], "nobody waited for it"
    live.page.wait_for_function("news()[0] < 2_000")
