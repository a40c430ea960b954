"""Changes that come while a button is pressed: none shows before the click, and then all, as if they had come one by one."""

import os
import random
from itertools import product, zip_longest

import pytest

DRAWN = 15

HTML = """<form id="f"><div data-formset="case.{name}" data-prefix="books"{layout}></div>
<button type="button" id="plain">Plain</button></form>"""
FORMS = """
    from clientforms import ConditionalFieldsMixin

    PLACES = {"a": [("1", "one"), ("2", "two")], "b": [("3", "three"), ("4", "four")]}

    class PageForm(forms.Form):
        text = forms.SlugField()

    PageFormSet = forms.formset_factory(PageForm, extra=1, max_num=4, can_order=True)

    class BookForm(ConditionalFieldsMixin, forms.Form):
        title = forms.CharField(max_length=5)
        copies = forms.IntegerField(required=False)
        why = forms.CharField(required=False)
        shelf = forms.ChoiceField(choices=[("", "-"), ("a", "A"), ("b", "B")], required=False)
        place = forms.ChoiceField(required=False)
        show_if = {"why": lambda data: data["copies"] == 3}
        choices_for = {"place": lambda data: PLACES.get(data["shelf"], [("", "-")])}

    class BaseBookFormSet(forms.BaseFormSet):
        def add_fields(self, form, index):
            super().add_fields(form, index)
            form.pages = PageFormSet(
                data=form.data if form.is_bound else None, prefix=f"{form.prefix}-pages"
            )

    class BaseVaryingFormSet(BaseBookFormSet):
        def add_fields(self, form, index):
            super().add_fields(form, index)
            if index == 1:
                form.fields["second"] = forms.CharField(label="Only in the second", required=False)

    BookFormSet = forms.formset_factory(
        BookForm, formset=BaseBookFormSet, extra=1, max_num=5, can_delete=True, can_order=True
    )
    VaryingFormSet = forms.formset_factory(
        BookForm, formset=BaseVaryingFormSet, extra=1, max_num=5, can_delete=True, can_order=True
    )
"""
CALLS = [
    "books.validate()",
    "books.addError('books-1-title', 'Taken.')",
    "books.addError(null, 'Not so.')",
    "books.updateData([{title: 'much too long'}, {copies: 'x'}])",
    "books.updateData([{}, {copies: 3, title: ''}])",
    "books.updateData([{shelf: 'a', place: '2'}, {shelf: 'b', place: '4'}])",
    "books.updateData([{}, {shelf: 'a'}])",
    "books.insert(1, {title: 'New'})",
    "books.insert(0, {title: 'New', shelf: 'b', place: '4'})",
    "books.addAnother({copies: 3})",
    "books.removeForm(0)",
    "books.removeForm(2)",
    "books.move(2, 0)",
    "books.swap(0, 1)",
    "books.undo()",
    "books.redo()",
    "books.setData([{title: 'Other'}, {title: 'Another', shelf: 'a', place: '2'}])",
    "books.reset([{title: 'Old'}])",
    "pages.addAnother({text: 'no slug'})",
    "pages.validate()",
    "pages.move(1, 0)",
    "pages.removeForm(0)",
]
PRESS = """
    const plain = document.getElementById("plain");
    const point = (type, buttons) => plain.dispatchEvent(new PointerEvent(type, {
        isPrimary: true, button: 0, buttons, pointerType: "mouse", bubbles: true}));
    const release = () => { point("pointerup", 0); plain.click(); };
    const settled = () => new Promise(resolve => setTimeout(() => requestAnimationFrame(() => setTimeout(resolve))));
"""
# Makes calls while the button is held or not, each from the same rows, and returns what the page shows
# then: its HTML without the keys of rows and the values that controls begin with.
MAKE_CALLS = """async ([calls, held]) => { PRESS
    const books = clientforms.formset("books"), form = document.getElementById("f");
    const finished = async () => { // new handles wait for what rows are dragged by
        const hidden = "[data-formset-handle][hidden]";
        await settled();
        for (let count = 0; form.querySelector(hidden); count++) {
            if (count > 300) throw new Error(form.querySelector(hidden).closest("[data-prefix]").outerHTML);
            await settled();
        }
        await settled();
    };
    books.reset([]);
    books.setData([{title: "A"}, {title: "B", copies: 2}, {title: "C"}]);
    const pages = clientforms.formset("books-1-pages");
    pages.setData([{text: "one"}, {text: "two"}]);
    books.updateData([{title: "a"}]);
    await finished();
    const before = form.innerHTML, values = JSON.stringify([...new FormData(form)]);
    let still = true;
    if (held) point("pointerdown", 1);
    for (const call of calls) {
        try { Function("books", "pages", call)(books, pages) } catch (error) {
            if (!/LimitError|destroyed|there is no form|no form can be added at/.test(error)) throw error; // its row has gone
        }
        if (held) {
            await settled();
            still &&= before === form.innerHTML && values === JSON.stringify([...new FormData(form)]);
        }
    }
    if (held) release();
    await finished();
    const passed = new Set(["data-key", "value", "selected", "checked"]);
    const html = [...form.querySelectorAll("*")].map(element => {
        const attributes = [...element.attributes].filter(({name}) => !passed.has(name));
        const texts = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE);
        return [element.tagName, ...attributes.map(({name, value}) => `${name}=${value}`).sort(),
            ...texts.map(text => text.data.trim()).filter(Boolean)].join(" ");
    });
    return [still, html];
}""".replace("PRESS", PRESS)


# As a script does that adds a row of its own on mousedown.
COPY_A_ROW = """async waiting => { PRESS
    point("pointerdown", 1);
    if (waiting) clientforms.formset("books").insert(0, {title: "Ours"});
    const rows = document.querySelectorAll("[data-formset-row]");
    const copy = rows[rows.length - 1].cloneNode(true);
    copy.removeAttribute("data-key");
    copy.innerHTML = copy.innerHTML.replace(/books-\\d+/g, `books-${rows.length}`);
    rows[rows.length - 1].after(copy);
    copy.querySelector("input").value = "Its";
    await new Promise(resolve => setTimeout(resolve));
    release();
    await settled();
}""".replace("PRESS", PRESS)


@pytest.mark.parametrize("waiting", [False, True], ids=["", "behind changes that wait"])
def test_a_row_that_another_script_adds_during_a_press_is_there_once(author, waiting):
    python = """
        class BookForm(forms.Form):
            title = forms.CharField()
        BookFormSet = forms.formset_factory(BookForm, extra=1, max_num=5)
    """
    live = author(HTML.format(name="BookFormSet", layout=""), python)
    live.page.evaluate(COPY_A_ROW, waiting)
    posted, count = live.form_data("f"), live.rows("books").count()
    assert posted == live.formset("books", "postData()")
    assert count == 2 + waiting
    titles = ["Ours", "", "Its"] if waiting else ["", "Its"]
    assert [posted[f"books-{number}-title"] for number in range(count)] == [
        [each] for each in titles
    ]


@pytest.mark.parametrize("name", ["BookFormSet", "VaryingFormSet"])
def test_changes_that_waited_lead_to_the_page_that_they_lead_to_one_by_one(
    author, complaints, name
):
    """Some pairs of calls, which another run may draw otherwise: with CLIENTFORMS_EVERY_WAY all."""
    complaints.expect("there is no form |no form can be added at")  # nothing can be removed twice
    is_varying = name == "VaryingFormSet"
    layout = ' data-layout="table"' if is_varying else ""
    live = author(HTML.format(name=name, layout=layout), FORMS)

    def outcome_of(calls, *, held):
        """Return the HTML in parts, and what the formset posts and says."""
        still, html = live.page.evaluate(MAKE_CALLS, [calls, held])
        assert still, calls
        posted = live.form_data("f")
        assert posted == live.formset("books", "postData()"), calls
        return html, (posted, live.formset("books", "isValid()"), live.formset("books", "errors()"))

    calls = [call for call in CALLS if not (is_varying and call.startswith("pages"))]
    pairs = list(product(calls, repeat=2))
    refused = ("books.removeForm(2)", "books.removeForm(2)")
    drawn = pairs if "CLIENTFORMS_EVERY_WAY" in os.environ else random.sample(pairs, DRAWN)
    for pair in (refused, *drawn):
        (html, held), (expected, at_once) = (outcome_of(pair, held=way) for way in (True, False))
        different = [(one, other) for one, other in zip_longest(html, expected) if one != other]
        assert (different, held) == ([], at_once), pair
