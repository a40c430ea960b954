"""Authors' own widgets, renderers, templates, error lists, bound fields and media, in the page.

After each step the page's row has to look as Django renders the same data anew.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.live_page import UNEDITED

REQUIRED = "This field is required."
LOW = "Ensure this value is greater than or equal to 1."

RENDERER = '''
    from django.forms.renderers import BaseRenderer
    from django.forms.utils import ErrorList
    from django.template import Context, Engine
    from django.template.loaders import locmem
    import django.forms, pathlib

    TEMPLATES = {
        "loop.html": """<section class="body">{% for field in form.visible_fields %}
            <div class="cell {{ field.css_classes }}"><div class="inner">{{ field.label_tag }}
            {{ field }} <span class="after">{{ field.help_text }}</span>
            {% for error in field.errors %}<div class="invalid-feedback">{{ error }}</div>{% endfor %}
            </div></div>{% endfor %}</section>
            {% for field in form.hidden_fields %}{{ field }}{% endfor %}
            <footer><em>All fields count.</em>{% if form.non_field_errors %}<div class="wrong">
            {{ form.non_field_errors }}</div>{% endif %}</footer>""",
        "plain_errors.html": "{% for error in errors %}* {{ error }} {% endfor %}",
        "box_errors.html": """{% if errors %}<div class="box" role="note">{% for error in errors %}
            <p>{{ error }}</p>{% endfor %}</div>{% endif %}""",
        "group.html": "{{ field.label_tag }}<b>{{ field }}</b><i>{{ field.errors }}</i>",
        "stars.html": """<span class="stars"><input type="range" min="0" max="5"
            name="{{ widget.name }}" value="{{ widget.value|default:0 }}"
            {% include "django/forms/widgets/attrs.html" %}></span>""",
        "cards.html": """{{ formset.management_form }}<div class="cards">{% for form in formset %}
            <article class="card"><h3>Card</h3>{{ form }}</article>{% endfor %}</div>""",
    }

    class InMemoryRenderer(BaseRenderer):
        """Templates of the author first, then Django's own."""

        def get_template(self, name):
            if not hasattr(type(self), "engine"):
                folder = pathlib.Path(django.forms.__file__).parent / "templates"
                engine = Engine(dirs=[str(folder)], loaders=[
                    ("django.template.loaders.locmem.Loader", TEMPLATES),
                    "django.template.loaders.filesystem.Loader"])
                type(self).engine = engine
            return Found(type(self).engine.get_template(name))

    class Found:
        def __init__(self, template):
            self.template = template

        def render(self, context, request=None):
            return self.template.render(Context(context))

    class BoxErrors(ErrorList):
        template_name = "box_errors.html"

    class PlainErrors(ErrorList):
        template_name = "plain_errors.html"

    class Stars(forms.NumberInput):
        template_name = "stars.html"

        class Media:
            css = {"all": ["static/stars.css", "static/shared.css"]}
            js = ["static/stars-1.js", "static/stars-2.js"]

    class Marked(forms.BoundField):
        def css_classes(self, extra_classes=None):
            return super().css_classes("marked")

        def build_widget_attrs(self, attrs, widget=None):
            attrs = super().build_widget_attrs(attrs, widget)
            if self.errors:
                attrs["class"] = "is-invalid"
            return attrs

    class Base(forms.Form):
        default_renderer = InMemoryRenderer
        title = forms.CharField(max_length=9, help_text="Short.", validators=[
            django.core.validators.RegexValidator("^[a-z]*$", "Small letters only.")])
        rating = forms.IntegerField(widget=Stars, required=False, min_value=1)
        day = forms.DateField(bound_field_class=Marked)

        def clean(self):
            if self.cleaned_data.get("title") == "wrong":
                raise forms.ValidationError("All wrong.")

    class Looping(Base):
        template_name = "loop.html"
        error_css_class = "bad"
        required_css_class = "must"
        field_order = ["day", "title"]
        use_required_attribute = False

    class Boxed(Base):
        bound_field_class = Marked

        def __init__(self, *args, **kwargs):
            super().__init__(*args, error_class=BoxErrors, label_suffix="?", **kwargs)

    class Plain(Base):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, error_class=PlainErrors, auto_id="%s-in", **kwargs)

    class Grouped(Base):
        title = forms.CharField(template_name="group.html", max_length=9)
        rating = forms.IntegerField(template_name="group.html", widget=Stars, min_value=1)

    class CardRenderer(InMemoryRenderer):
        formset_template_name = "cards.html"
        form_template_name = "loop.html"

    class Card(Base):
        hidden = forms.CharField(widget=forms.HiddenInput, required=False)

    CardFormSet = forms.formset_factory(
        Card, extra=2, renderer=CardRenderer(), max_num=3, validate_max=True)

    class Setting(forms.Form):
        title = forms.CharField(template_name="group.html")

    from django.http import QueryDict
    from clientforms.browser import configure, runtime

    configure(FORM_RENDERER="case.InMemoryRenderer")
    for name in ("Looping", "Boxed"):  # as a server renders them after a bad POST
        prefix = f"given-{name.lower()}"
        given = globals()[name]({f"{prefix}-title": "LONG LONG"}, prefix=prefix)
        given.add_error(None, "Said by a server.")
        runtime.document.getElementById(name).innerHTML = str(given)

    def rendered(name, query):
        form = globals()[name](QueryDict(query), prefix=name.lower())
        return str(form)

    runtime.window.rendered = runtime.proxy(lambda name, query: rendered(name, query))
'''

SHAPE = """([name]) => {
    const row = document.querySelector(`[data-form="case.${name}"] [data-form-fields]`);
    const query = new URLSearchParams(new FormData(row.closest("form"))).toString();
    const wanted = document.createElement("div");
    wanted.innerHTML = window.rendered(name, query);
    const look = root => [...root.querySelectorAll("*")].map(each => {
        const ours = "aria-required"; // where the form leaves out `required`
        const attributes = [...each.attributes].filter(a => !["value", "checked", ours].includes(a.name))
            .map(a => `${a.name}=${[...a.value.split(/\\s+/)].sort().join(" ").trim()}`).sort();
        const text = [...each.childNodes].filter(node => node.nodeType === 3)
            .map(node => node.data.trim()).join(" ").trim();
        return `${each.tagName} ${attributes.join(" ")} | ${text}`;
    });
    return [look(wanted), look((UNEDITED)(row.cloneNode(true)))];
}""".replace("UNEDITED", UNEDITED)


def expect_djangos_own_look(live, name):
    wanted, shown = live.page.evaluate(SHAPE, [name])
    assert shown == wanted


@pytest.fixture
def custom(author, page, server):
    """The custom forms, on one page, with files for their media."""
    asked = []
    for file in ("stars.css", "shared.css", "stars-1.js", "stars-2.js"):
        kind = "text/css" if file.endswith("css") else "text/javascript"
        script = f"(window.ran ??= []).push('{file}')" if file.endswith("js") else ""

        def answer(route, request, file=file, kind=kind, script=script):
            asked.append(file)
            route.fulfill(body=script, content_type=kind)

        page.route(f"{server}/static/{file}", answer)
    names = ("Looping", "Boxed", "Plain", "Grouped")
    live = author(
        '<link rel="stylesheet" href="./static/shared.css">'
        + "".join(
            f'<form data-form="case.{name}" data-prefix="{name.lower()}"></form>' for name in names
        )
        + '<form data-form="case.Setting" data-prefix="setting"></form>'
        '<form id="Looping" data-form="case.Looping" data-prefix="given-looping"></form>'
        '<form id="Boxed" data-form="case.Boxed" data-prefix="given-boxed"></form>'
        '<form id="cards"><div data-formset="case.CardFormSet" data-prefix="card"></div></form>',
        RENDERER,
    )
    live.asked = asked
    return live


def expect_errors_to_come_and_go(live, name):
    prefix = name.lower()
    form = live.page.locator(f'[data-form="case.{name}"][data-prefix="{prefix}"]')
    live.form(prefix, "updateData({rating: ''})")
    live.form(prefix, "validate()")
    expect(form.get_by_text(REQUIRED).first).to_be_visible()
    expect_djangos_own_look(live, name)
    live.type(f"{prefix}-title", "LONG LONG TITLE")
    expect(form.get_by_text("Small letters only.")).to_have_count(1 if name != "Grouped" else 0)
    expect_djangos_own_look(live, name)
    live.type(f"{prefix}-title", "wrong")
    live.type(f"{prefix}-day", "2026-01-02")
    expect(form.get_by_text("All wrong.")).to_have_count(1)
    expect_djangos_own_look(live, name)
    live.type(f"{prefix}-title", "right")
    live.form(prefix, "updateData({rating: '3'})")
    expect(form.get_by_text("All wrong.")).to_have_count(0)
    expect_djangos_own_look(live, name)
    assert live.form(prefix, "isValid()") is True


def test_errors_look_as_the_authors_templates_have_them(custom):
    for name in ("Looping", "Boxed", "Grouped"):
        expect_errors_to_come_and_go(custom, name)
    names = custom.page.locator('[data-prefix="looping"] [name]').evaluate_all(
        "controls => controls.map(control => control.name.split('-')[1])"
    )
    assert names == ["day", "title", "rating"]

    # The setting FORM_RENDERER counts for forms without a renderer of their own.
    live = custom
    live.form("setting", "validate()")
    expect(live.page.locator('[data-form="case.Setting"] i li')).to_have_text([REQUIRED])

    # An error list that is mere text gets an element, and goes again.
    plain = custom.page.locator('[data-form="case.Plain"]')
    custom.form("plain", "validate()")
    expect(plain.get_by_text(f"* {REQUIRED}")).to_have_count(2)
    custom.type("plain-title", "right")
    expect(plain.get_by_text(f"* {REQUIRED}")).to_have_count(1)
    expect(plain.locator("#plain-title-in")).to_have_count(1)


def test_errors_of_another_look_are_taken_over_from_a_servers_markup(custom):
    for name, look in (("Looping", ".invalid-feedback"), ("Boxed", ".box p")):
        form, prefix = custom.page.locator(f"#{name}"), f"given-{name.lower()}"
        said = [REQUIRED, "Small letters only.", LOW] if name == "Looping" else [
            "Small letters only.", LOW, REQUIRED]  # fmt: skip
        expect(form.locator(look)).to_have_text(said)
        # What only the server knows is kept where a list of Django's says whose it is.
        beside = custom.page.locator(
            ":not([data-clientforms-errors] *)"
        )  # and not in the list of all
        servers = form.get_by_text("Said by a server.").and_(beside)
        expect(servers).to_have_count(1 if name == "Looping" else 0)
        custom.type(f"{prefix}-title", "right")
        expect(servers).to_have_count(0)
        custom.type(f"{prefix}-day", "2026-01-02")
        custom.form(prefix, "updateData({rating: '3'})")
        expect(form.locator(look)).to_have_count(0)
        assert custom.form(prefix, "isValid()") is True


def test_media_is_loaded_once_and_in_order(custom):
    custom.page.wait_for_function("window.ran && window.ran.length === 2")
    assert custom.page.evaluate("ran") == ["stars-1.js", "stars-2.js"]
    assert sorted(set(custom.asked)) == sorted(custom.asked)
    assert len(custom.asked) == 4


def test_rows_come_as_the_formsets_template_has_them(custom):
    cards = custom.page.locator('[data-prefix="card"] .cards article.card')
    expect(cards).to_have_count(2)
    custom.type("card-0-title", "wrong")
    custom.type("card-0-day", "never")
    expect(custom.rows("card").nth(0).locator(".invalid-feedback")).to_have_text(
        ["Enter a valid date."]
    )
    expect(custom.rows("card").nth(0).locator("footer .wrong li")).to_have_text(["All wrong."])
    custom.button("card", "add").click()
    expect(cards).to_have_count(3)
    expect(custom.rows("card").nth(2).locator("h3")).to_have_text("Card")
    assert custom.focused() == "card-2-title"
    custom.button("card", "remove", row=1).click()
    expect(cards).to_have_count(2)
    custom.button("card", "undo").click()
    expect(cards).to_have_count(3)
    custom.type("card-2-title", "wrong")
    expect(custom.rows("card").nth(2).locator("footer .wrong li")).to_have_text(["All wrong."])
    assert custom.form_data("cards") == custom.formset("card", "postData()")
