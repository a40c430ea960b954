"""Forms in the page's HTML before Python is up: the same as Python renders, taken over as they stand."""

import re

from playwright.sync_api import expect

from tests.browser.catalogue import FORMS, page_forms
from tests.browser.live_page import LivePage, case, prerendered_case
from tests.browser.test_nested import FORMS as NESTED

SETS = """
    class RowForm(forms.Form):
        name = forms.CharField(initial="<b>&amp;", help_text="A <em>word</em>.")
        size = forms.ChoiceField(choices=[("s", "Small"), ("l", "Large")], widget=forms.RadioSelect)
        token = forms.CharField(widget=forms.HiddenInput, required=False)

    class Picky(forms.TextInput):
        class Media:
            css = {"all": ["static/page.css"]}

    class PickyForm(forms.Form):
        word = forms.CharField(widget=Picky)

    Plain = forms.formset_factory(RowForm, extra=2)
    Full = forms.formset_factory(RowForm, min_num=2, max_num=2, extra=0, can_delete=True)
    Ordered = forms.formset_factory(RowForm, extra=1, can_order=True, can_delete=True)
    Kept = forms.formset_factory(RowForm, extra=1, can_delete=False)
    Empty = forms.formset_factory(RowForm, extra=0)
    Media = forms.formset_factory(PickyForm, extra=1)
"""
STORED = """<script type="application/json" id="stored">
[{"name": "One", "size": "l"}, {"name": "</p>", "size": "s"}]</script>"""
STORED_THERE = 'data-initial="stored"'

DIFFERENCES = """([html, selector]) => {
    const rendered = new DOMParser().parseFromString(html, "text/html");
    const found = [];
    // What changes once a page is live: marks that it is, and handles that have a library. The live
    // page was not built, so nothing was written into its forms that lead nowhere.
    const attributes = element => [...element.attributes]
        .filter(({name}) => !["data-bound", "data-prerendered", "novalidate"].includes(name)
            && !(name === "method" && element.method === "dialog")
            && !(element.matches("[data-formset-handle]") && ["hidden", "style"].includes(name)))
        .map(({name, value}) => `${name}=${value}`).sort().join(" ");
    const same = (before, live, path) => {
        const [one, other] = [before, live].map(node => node.nodeType === 1
            ? `<${node.tagName} ${attributes(node)}>` : `${node.nodeType}: ${node.data}`);
        if (one !== other) found.push(`${path}: ${one} is ${other}`);
        if (before.childNodes.length !== live.childNodes.length)
            found.push(`${path}: ${before.innerHTML} is ${live.innerHTML}`);
        else before.childNodes.forEach((child, index) =>
            same(child, live.childNodes[index], `${path}/${index}`));
    };
    const before = rendered.querySelectorAll(selector), live = document.querySelectorAll(selector);
    live.forEach((each, index) => same(before[index], each, each.dataset.prefix ?? each.id));
    return [live.length, rendered.querySelectorAll(`${selector} [name]`).length, found];
}"""


def container(name, layout="div", more="", prefix=""):
    prefix = prefix or f"{name.lower()}-{layout}"
    return (
        f'<div data-formset="case.{name}" data-prefix="{prefix}" data-layout="{layout}" {more}>'
        "</div>"
    )


def differences(live, page):
    """How the forms of `page`, HTML, differ from those that the live page rendered itself."""
    count, controls, found = live.page.evaluate(DIFFERENCES, [page, "[data-formset], [data-form]"])
    assert controls > count, "it holds no forms"
    return found


def test_it_is_what_the_page_itself_renders_into_an_empty_container(author):
    names = ("Plain", "Full", "Ordered", "Kept", "Empty", "Media", "BookFormSet")
    html = STORED
    for layout in ("div", "p", "ul", "table"):
        html += "".join(f"<form>{container(name, layout)}</form>" for name in names)
        for name in ("Plain", "Ordered", "Kept"):
            prefix = f"stored-{layout}-{name.lower()}"
            html += f"<form>{container(name, layout, STORED_THERE, prefix)}</form>"
        row = f'data-form="case.RowForm" data-layout="{layout}"'
        html += (
            f'<form {row} data-prefix="row-{layout}" id="row-{layout}"><button>Go</button></form>'
        )
        html += f'<form><section {row} data-prefix="other-{layout}"></section></form>'
    html += '<form data-form="case.RowForm" id="row"><button>Go</button></form>'
    python = SETS + NESTED
    live = author(html, python)
    assert differences(live, prerendered_case(case(html, python), python)) == []


def test_what_another_django_rendered_is_taken_over_like_a_servers(page, server):
    """Known by the mark, here that of a Django which never was: what it wrote looks the same here."""
    html = f"<form>{container('Plain')}</form><form data-form='case.RowForm' id='row'></form>"
    live = LivePage(page, server)
    live.open_case(html, SETS, prerendered=True)
    fresh = page.evaluate(LOOK)
    page.context.unroute_all()
    sent = re.sub(
        r'data-prerendered="[\d.]+"',
        'data-prerendered="1.99"',
        prerendered_case(case(html, SETS), SETS),
    )
    assert sent.count("1.99") == 3, "the formset's rows, the form and its fields"
    url = f"{server}/case.html"
    page.context.route(
        url, lambda route: route.fulfill(body=sent, content_type="text/html; charset=utf-8")
    )
    page.goto(url)
    live.wait_until_ready()
    assert page.evaluate(LOOK) == fresh
    expect(page.locator("[data-prerendered]")).to_have_count(0)
    live.button("plain-div", "add").click()
    live.type("name", "")
    live.expect_errors("name", "This field is required.")
    live.type("name", "Ada")
    live.expect_errors("name")
    assert live.formset("plain-div", "totalFormCount()") == 3


def test_every_field_of_django_is_the_same(author):
    forms = page_forms()
    html = "".join(
        f'<form data-form="case.{name}" data-prefix="{name.lower()}"></form>' for name in forms
    )
    live = author(html, FORMS)
    assert differences(live, prerendered_case(case(html, FORMS), FORMS)) == []


LOOKS = '''
    from pathlib import Path

    import django.forms
    from django.forms.renderers import BaseRenderer
    from django.template import Context, Engine

    TEMPLATES = {
        "cards.html": """{{ formset.management_form }}<div class="cards">{% for form in formset %}
            <article>{{ form }}</article>{% endfor %}</div>""",
        "row.html": """<p>{{ form.word.label_tag }} {{ form.word }}</p>
            <button type="button" data-formset-action="remove">Out with it</button>""",
    }
    FOLDER = Path(django.forms.__file__).parent / "templates"
    ENGINE = Engine(dirs=[str(FOLDER)], loaders=[
        ("django.template.loaders.locmem.Loader", TEMPLATES),
        "django.template.loaders.filesystem.Loader"])

    class Found:
        def __init__(self, template):
            self.template = template

        def render(self, context, request=None):
            return self.template.render(Context(context))

    class OwnRenderer(BaseRenderer):
        def get_template(self, name):
            return Found(ENGINE.get_template(name))

    class CardRenderer(OwnRenderer):
        formset_template_name = "cards.html"

    class RowRenderer(OwnRenderer):
        form_template_name = "row.html"

    class WordForm(forms.Form):
        word = forms.CharField(initial=lambda: "now")

    Cards = forms.formset_factory(WordForm, extra=2, renderer=CardRenderer(), can_delete=True)
    Rows = forms.formset_factory(WordForm, extra=2, renderer=RowRenderer())
'''
LOOK = """() => [...document.querySelectorAll("form")].map(form => [...form.querySelectorAll("*")].map(
    each => [each.tagName, each.value, each.hidden, each.textContent.trim(), each.className,
        ["name", "id", "data-formset-action", "aria-label"].map(
            name => each.getAttribute(name))].join("|")))"""


def test_templates_of_the_authors_own_stand_there_and_are_taken_over(page, server):
    """Around the rows of a formset's own template the page adds what it adds to a server's markup."""
    html = f"<form>{container('Cards')}</form><form>{container('Rows')}</form>"
    live = LivePage(page, server).open_case(html, LOOKS)
    rendered = page.evaluate(LOOK)
    page.context.unroute_all()
    sent = prerendered_case(case(html, LOOKS), LOOKS)
    assert sent.count("Out with it</button>") == sent.count("<article>") == 3  # one in the source
    live.open_case(html, LOOKS, prerendered=True)
    assert page.evaluate(LOOK) == rendered
    live.button("cards-div", "add").click()
    expect(page.locator("article")).to_have_count(3)
    live.button("rows-div", "remove", row=0).click()
    expect(live.rows("rows-div")).to_have_count(1)
    assert live.formset("cards-div", "hasChanged()") is False
