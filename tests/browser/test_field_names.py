"""Every name that an element, a form or a document has may be a field's: in a `<form>` it hides that."""

import json
import re

import pytest

from tests.browser.drafts import wait_until_kept
from tests.browser.live_page import ROOT, RUNTIME

# Names of all properties that a form or a document has in this browser, and of what is asked of an
# object to see what kind it is: a promise, an error, a collection.
NAMES = """() => {
    const namesOf = (each) => each ? [...Object.getOwnPropertyNames(each),
        ...namesOf(Object.getPrototypeOf(each))] : [];
    const kinds = ["then", "message", "stack", "size", "get", "has", "next", "name"];
    const isName = (name) => /^[A-Za-z_]+$/.test(name);
    const form = new Set([...kinds, ...namesOf(HTMLFormElement.prototype)].filter(isName));
    const others = namesOf(Document.prototype).filter((name) => isName(name) && !form.has(name));
    return [[...form], others];
}"""

FORMS = """
    import json

    NAMES = json.loads({names!r})
    OTHERS = json.loads({others!r})
    TICKED = json.loads({ticked!r})

    def fields(names):
        return {{name: forms.CharField(widget=[forms.TextInput, forms.Textarea][len(name) % 2])
                if name not in TICKED else forms.BooleanField(required=False)
                for name in names}}

    Every = type("Every", (forms.Form,), fields(NAMES))
    Other = type("Other", (forms.Form,), fields(OTHERS))

    class One(forms.Form):
        children = forms.CharField(max_length=5)

    OneFormSet = forms.formset_factory(One, can_delete=True)
    EveryFormSet = forms.formset_factory(Every, extra=2, can_delete=True, can_order=True)
"""

# The container is the form itself; it stands in the form, beside a formset; names have a prefix.
PAGES = {
    "alone": ['<form id="f" data-form="case.Every" data-draft><button>Save</button></form>'],
    "beside others": [
        """<form id="f" data-draft><div data-form="case.Every"></div>
        <div data-formset="case.OneFormSet" data-prefix="set"></div><button>Save</button></form>""",
        """<form id="p" data-form="case.Other" data-prefix="p"><button>Save</button></form>""",
        """<form id="other" data-formset="case.OneFormSet" data-prefix="other">
        <input name="querySelectorAll"><input name="append"><input name="contains">
        <input name="closest"><input name="style"></form>""",
    ],
}


@pytest.fixture
def names(page):
    """Names of a form, and those that only a document has."""
    page.goto("about:blank")
    found, others = page.evaluate(NAMES)
    assert {"children", "closest", "reset", "constructor", "submit", "querySelector"} <= set(found)
    assert {"createElement", "activeElement"} <= set(others)
    return found, others


@pytest.mark.parametrize("beside", PAGES)
def test_every_name_works(author, names, beside):
    every, others = names
    forms = {"f": every}
    if beside != "alone":  # without event handlers and constants, which nobody calls
        short = [name for name in every if name[:2] != "on" and not name.isupper()]
        forms = {"p": every + others, "f": short}
    ticked = [name for name in every[::3] + others[::3] if name != "children"]
    told = {"names": forms["f"], "others": forms.get("p", []), "ticked": ticked}
    python = FORMS.format(**{name: json.dumps(each) for name, each in told.items()})
    live = author("".join(PAGES[beside]), python)
    page = live.page
    for form, fields in forms.items():
        name, prefix = ("p", "p-") if form == "p" else ("every", "")
        texts = [each for each in fields if each not in ticked]
        press(page, f"#{form} > button")
        page.wait_for_function(f"{shown(form)} >= {len(texts)}")
        assert set(said(page, f"clientforms.form('{name}').errors()")) == set(texts)
        page.evaluate("document.querySelector('[data-clientforms-errors]:focus a').click()")
        assert page.evaluate("document.activeElement.name") == f"{prefix}{texts[0]}"

        given = dict.fromkeys(fields, True) | dict.fromkeys(texts, "set")
        set_data = f"data => clientforms.form('{name}').setData(JSON.parse(data))"
        assert page.evaluate(set_data, json.dumps(given))
        type_into(page, f"{prefix}{texts[0]}", "typed")
        page.evaluate(TYPE, [f"#{form}", [f"{prefix}{each}" for each in texts], "typed"])
        page.wait_for_function(f"{shown(form)} === 0")
        held, posted = held_in(page, form), said(page, f"clientforms.form('{name}').postData()")
        assert {f"{prefix}{each}" for each in fields} == set(posted)
        assert {each: held[each] for each in posted} == posted
        assert {held[f"{prefix}{each}"][0] for each in texts} == {"typed"}

    wait_until_kept(page, "typed")
    page.reload()
    live.wait_until_ready()
    page.wait_for_function("!!document.querySelector('[data-draft-action=restore]')")
    press(page, "[data-draft-action=restore]")
    page.wait_for_function(
        "name => document.getElementsByName(name)[0].value === 'typed'", arg=texts[0]
    )
    held = held_in(page, "f")
    assert {held[each][0] for each in texts} == {"typed"}
    page.evaluate("HTMLFormElement.prototype.reset.call(document.getElementById('f'))")
    assert live.form_data("f")[texts[0]] == [""]
    assert not live.form("every", "hasChanged()")
    if beside != "alone":
        live.formset("other", "addAnother()")
        assert live.form_data("other")["other-TOTAL_FORMS"] == ["2"]


def test_every_name_works_in_rows_and_in_plain_controls_beside_them(author, names):
    """Rows are filled in, added, moved and removed; a reload of the page's own brings all of it back."""
    every = names[0]
    plain = "".join(f'<input name="{name}">' for name in every)
    html = f"""<form id="f"><div data-formset="case.EveryFormSet" data-prefix="set"></div>{plain}</form>"""
    told = {"names": every, "others": [], "ticked": every[::3]}
    live = author(html, FORMS.format(**{name: json.dumps(each) for name, each in told.items()}))
    page = live.page
    texts = [each for each in every if each not in every[::3]]

    def fill(index, text, fields=texts, script=SET):
        page.evaluate(script, ["#f", [f"set-{index}-{each}" for each in fields], text])

    def rows(expected):
        """Each row holds in each text field what is expected of it; what is posted is what is held."""
        held, posted = held_in(page, "f"), said(page, "clientforms.formset('set').postData()")
        assert {each: held[each] for each in posted} == posted
        found = [{posted[f"set-{row}-{each}"][0] for each in texts} for row in range(len(expected))]
        assert found == [{each} for each in expected]
        assert posted["set-TOTAL_FORMS"] == [str(len(expected))]

    fill(0, "first", script=TYPE)
    fill(1, "second")
    page.evaluate(SET, ["#f", every, "plain"])
    press(page, "[data-formset-action=add]")
    fill(2, "third")
    rows(["first", "second", "third"])
    press(page, "[data-formset-row] [data-formset-action=move-down]")
    rows(["second", "first", "third"])
    before = held_in(page, "f")
    page.evaluate("clientforms.keepForms()")
    page.reload()
    live.wait_until_ready()
    page.wait_for_function("!sessionStorage.getItem('clientforms:reload')")
    assert held_in(page, "f") == before
    rows(["second", "first", "third"])
    press(page, "[data-formset-row] ~ [data-formset-row] [data-formset-action=remove]")
    rows(["second", "third"])
    live.formset("set", "undo()")
    rows(["second", "first", "third"])
    live.formset("set", "validate()")
    assert shown_errors(page) == 0
    wrong = texts[1:]  # a row without anything would be a blank one
    fill(1, "", wrong)
    live.formset("set", "validate()")
    assert set(said(page, "clientforms.formset('set').errors()[1]")) == set(wrong)
    add_error = "names => names.forEach(name => clientforms.formset('set').addError(name, 'No.'))"
    page.evaluate(add_error, [f"set-0-{each}" for each in texts])
    page.wait_for_function(f"{shown('f')} === {len(texts) + len(wrong)}")
    fill(0, "again")
    fill(1, "again")
    rows(["again", "again", "third"])


# Sets each of these controls, and says nothing of it.
SET = """([form, names, text]) => {
    for (const name of names) {
        const control = [...document.getElementsByName(name)].find((each) => each.closest(form));
        control.value = text;
    }
}"""
# Types into each of them, as a script does that fills in.
TYPE = SET.replace(
    "= text;",
    """= text;
        for (const type of ["input", "change"]) control.dispatchEvent(new Event(type, { bubbles: true }));""",
)


def said(page, expression):
    """What an expression says, as JSON: Playwright leaves out what is called `__proto__`."""
    return json.loads(page.evaluate(f"JSON.stringify({expression})"))


def held_in(page, form):
    """What a submit of the form would carry, name to values."""
    return said(
        page,
        f"""[...new FormData(document.getElementById("{form}"))].reduce(
            (all, [name, value]) => ((all[name] ??= []).push(value), all), Object.create(null))""",
    )


def shown_errors(page):
    return page.evaluate(shown("f"))


def shown(form):
    return f"document.querySelectorAll('#{form} ul.errorlist > li').length"


def press(page, selector):
    """Click on what `selector` finds first. Playwright's own would ask clobbered forms."""
    box = """selector => {
        const found = document.querySelector(selector);
        found.scrollIntoView({ block: "center" });
        const { x, y, width, height } = found.getBoundingClientRect();
        return [x + width / 2, y + height / 2];
    }"""
    page.mouse.click(*page.evaluate(box, selector))


def type_into(page, name, text):
    page.evaluate("name => document.getElementsByName(name)[0].select()", name)
    page.keyboard.insert_text(text)
    page.keyboard.press("Tab")


HIDING = """names => {
    const tags = ["form", "img", "embed", "object"]; // what the document knows by name, frames apart
    return names.map((name, place) => `<${tags[place % 4]} name="${name}"></${tags[place % 4]}>`).join("");
}"""


def test_what_the_author_calls_by_a_name_of_the_documents_hides_nothing(author, page, names):
    """An author's form called `body` is not the document's body, for PyScript and for us. It is found as before."""
    every = sorted({*names[0], *names[1]})
    turned = [every[place:] + every[:place] for place in range(4)]  # each name with each element
    around = "".join(page.evaluate(HIDING, each) for each in turned)
    html = """<form id="f"><div data-formset="case.OneFormSet" data-prefix="set"></div></form>"""
    live = author(around + html, FORMS.format(names="[]", others="[]", ticked="[]"))
    hidden = """names => names.filter(name => name in Document.prototype && document[name] instanceof HTMLElement
        && document[name] !== Reflect.get(Document.prototype, name, document))"""
    assert page.evaluate(hidden, every) == []
    assert page.evaluate("document.forms.body.tagName") == "FORM"
    live.type("set-0-children", "typed")
    assert live.formset("set", "postData()")["set-0-children"] == ["typed"]
    # Those that come later keep their names. Our own scripts, Python and PyScript, which looks for scripts
    # among them, ask the document all the same.
    page.evaluate(
        """html => document.body.prepend(document.createRange().createContextualFragment(html))""",
        "".join(f'<img name="{name}">' for name in every),
    )
    page.evaluate("clientforms.formset('set').addAnother()")
    page.evaluate("clientforms.formset('set').addError('set-0-children', 'No.')")
    find = "selector => Document.prototype.querySelectorAll.call(document, selector).length"
    assert page.evaluate(find, "[data-formset-row]") == 2
    assert page.evaluate(find, ".errorlist li") == 1


def asked_of(*objects):
    """The names that PyScript's, Pyodide's and our scripts ask these objects for, or look for as a variable."""
    scripts = [
        *(ROOT / "static").glob("*.js"),
        *(RUNTIME / "pyscript").glob("*.js"),
        *(RUNTIME / "pyodide").glob("*.js"),
    ]
    asked = re.compile(rf"\b(?:{'|'.join(objects)})\b[. ]([A-Za-z]\w+)")
    return sorted({name for each in scripts for name in asked.findall(each.read_text("utf-8"))})


def test_frames_objects_and_variables_called_by_names_that_are_asked_for_hide_nothing(author, page):
    of_document = asked_of("document")
    of_window = asked_of("window", "self", "globalThis", "typeof")
    assert {"body", "createElement", "head"} <= set(of_document)
    assert {"Deno", "process", "clientforms"} <= set(of_window)
    around = "".join(
        f'<iframe name="{name}" hidden></iframe><object id="{name}"></object><img id="{name}" name="{name}7">'
        for name in of_document
    ) + "".join(f'<object id="{name}"></object><i id="{name}"></i>' for name in of_window)
    html = """<a id="link" href="static/favicon.svg" target="body">In the frame</a>
    <form id="f"><div data-formset="case.OneFormSet" data-prefix="set"></div></form>"""
    live = author(around + html, FORMS.format(names="[]", others="[]", ticked="[]"))
    live.type("set-0-children", "typed")
    live.formset("set", "addAnother()")
    assert live.formset("set", "postData()")["set-0-children"] == ["typed"]
    assert page.evaluate("document.body.tagName") == "BODY"
    page.locator("#link").click()
    page.wait_for_function(
        "Array.from(frames).some(({location}) => location.pathname.endsWith('favicon.svg'))"
    )
