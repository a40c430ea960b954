"""Forms that templates of other people's packages lay out, as crispy's packs do: by their tags, with their classes."""

import pytest
from playwright.sync_api import expect

from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.builder.test_build import command
from tests.conftest import ROOT
from tests.support.sites import serving_folder

PACKAGES = {
    # Nothing imports it: forms read its templates alone.
    "looks": {
        "__init__.py": "",
        "templates/looks/field.html": """{% load writing %}
            <div class="line {% if field.errors %}wrong{% else %}fine{% endif %}">{{ field.label_tag }}
            {% if field.errors %}{% classed field "box is-invalid" %}{% else %}{% classed field "box" %}{% endif %}
            {% for error in field.errors %}<b class="feedback">{{ error }}</b>{% endfor %}</div>""",
    },
    # Only templates load its tag, which writes into the widget.
    "writing": {
        "__init__.py": "",
        "templatetags/__init__.py": "",
        "templatetags/writing.py": """from django import template

register = template.Library()


@register.simple_tag
def classed(field, names):
    attrs = field.field.widget.attrs
    there = attrs.get("class", "").split()
    attrs["class"] = " ".join([*there, *(name for name in names.split() if name not in there)])
    return str(field)
""",
    },
}
FORMS = """from django import forms


class ItemForm(forms.Form):
    template_name = "shop/item.html"
    name = forms.SlugField()
    amount = forms.IntegerField(max_value=9)


ItemFormSet = forms.formset_factory(ItemForm, extra=2)


class NoteForm(forms.Form):
    template_name = "shop/note.html"
    note = forms.SlugField()
"""
PROJECT = {
    "config.py": "INSTALLED_APPS = ['shop', 'looks', 'writing']\nSECRET_KEY = 'stays'\n",
    "shop/__init__.py": "",
    "shop/forms.py": FORMS,
    "shop/templates/shop/item.html": "{% for field in form %}{% include 'looks/field.html' %}{% endfor %}",
    # Django's own list, and a class of the template's beside it
    "shop/templates/shop/note.html": "{% for field in form %}<p{% if field.errors %} class='wrong'{% endif %}>"
    "{{ field.label_tag }} {{ field }}</p>{{ field.errors }}{% endfor %}",
}


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture
def site(tmp_path):
    """A built project whose form is laid out by packages that are installed as pip does it."""
    installed = tmp_path / "site-packages"
    for package, files in PACKAGES.items():
        write(installed / package, files)
        facts = installed / f"{package}-1.dist-info"
        record = "".join(f"{package}/{name},,\n" for name in files)
        about = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n"
        write(facts, {"METADATA": about, "RECORD": record})
    write(tmp_path / "project", PROJECT)
    done = command(
        tmp_path / "project", "build", "shop/forms.py:ItemFormSet", "shop/forms.py:NoteForm",
        "--settings", "config", "--prefix", "items", "--out", "site",
        PYTHONPATH=f"{installed}:{ROOT / 'app'}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return tmp_path / "project" / "site"


def test_errors_come_and_go_with_the_classes_that_a_template_writes(page, complaints, site):
    with serving_folder(site) as address:
        complaints.allow_origin(address)
        live = LivePage(page, address)
        page.goto(address)
        wait_until_live(live)
        failing, other = live.control("items-0-amount"), live.control("items-0-name")
        live.type("items-0-amount", "10")
        line = page.locator(".line", has=failing)
        expect(line.locator(".feedback")).to_have_count(1)
        expect(failing).to_have_class("box is-invalid")
        assert_classes(line, {"line", "wrong"})
        expect(other).to_have_class("box")

        live.button("items", "add").click()
        added = live.control("items-2-amount")
        expect(added).to_have_class("box")
        assert_classes(page.locator(".line", has=added), {"line", "fine"})

        live.type("items-0-amount", "9")
        expect(line.locator(".feedback")).to_have_count(0)
        expect(failing).to_have_class("box")
        assert_classes(line, {"line", "fine"})

        wrapper = page.locator("p", has=live.control("note"))
        live.type("note", "two words")
        expect(page.locator(".errorlist li")).to_have_count(1)
        assert_classes(wrapper, {"wrong"})
        live.type("note", "one")
        expect(page.locator(".errorlist li")).to_have_count(0)
        assert_classes(wrapper, set())


def assert_classes(element, wanted):
    """The element has these classes, beside clientforms' own."""
    found = element.evaluate("element => [...element.classList]")
    assert {name for name in found if not name.startswith("clientforms-")} == wanted
