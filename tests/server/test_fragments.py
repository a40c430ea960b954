"""Live forms in a part of the page that was swapped in ask the server, and those that went ask no more."""

import pytest
from playwright.sync_api import expect

from tests.server.fair_project import FairProject
from tests.server.held_answers import HeldAnswers
from tests.server.pony_project import PonyProject
from tests.server.visits import allow_visits, open_live

_URLS = """
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_POST
from ponies.forms import StableForm
from ponies.models import Stable
from ponies.urls import urlpatterns as own

from clientforms.server.views import respond_fragment


def context():
    return {"form": StableForm(instance=Stable.objects.get(name="Barn"))}


def page(request):
    return render(request, "anew/page.html", context())


@require_POST
def anew(request):
    return respond_fragment(request, "anew/_part.html", context(), redirect_to="page")


urlpatterns = [
    *own,
    path("clientforms/", include("clientforms.server.urls")),
    path("page/", page, name="page"),
    path("anew/", anew, name="anew"),
]
"""
_PART = """{% load clientforms %}<section id="part"><form method="post">{% csrf_token %}{% clientform form %}
<button>Save</button></form></section>"""
_PAGE = """{% extends "ponies/base.html" %}{% block content %}{% include "anew/_part.html" %}
<button type="button" data-action="{% url "anew" %}" data-target="#part">Anew</button>{% endblock %}"""
_HANDLES = """
import sys

scope = sys.modules.get("clientforms.browser.dom.scope")
if scope is not None:  # in a page
    runtime = sys.modules["clientforms.browser.runtime"]
    is_asking = "clientforms.online.asking_{}".format

    def handles():
        modules = sum(is_asking(number) in sys.modules for number in range(99))
        return runtime.plain_to_js({**scope.live_handles(), "modules": modules})

    runtime.window.handles = runtime.proxy(handles)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = PonyProject(tmp_path_factory.mktemp("fragments"), 'ROOT_URLCONF = "mysite.urls"')
    made.write("mysite/urls.py", _URLS)
    made.write("ponies/templates/anew/_part.html", _PART)
    made.write("ponies/templates/anew/page.html", _PAGE)
    forms = made.folder / "ponies/forms.py"
    made.write("ponies/forms.py", forms.read_text("utf-8") + _HANDLES)
    return made


@pytest.fixture(scope="module")
def address(project):
    with project.serving() as address:
        yield address


@pytest.fixture
def stables(project):
    """Two stables, Barn and Byre."""
    project.ask(
        "Stable.objects.all().delete()\nfor n in ('Barn', 'Byre'): Stable.objects.create(name=n)"
    )


@pytest.fixture
def answers(page):
    return HeldAnswers(page)


TAKEN = ["Stable with this Name already exists."]


def test_a_form_that_came_with_the_answer_asks(visit, answers, stables):
    live = visit("/more/")
    live.type("name", "Mews")
    live.page.get_by_role("button", name="Add", exact=True).click()
    expect(live.page.locator("#there")).to_contain_text("Mews")
    expect(live.control("name")).to_have_value("")
    before = len(answers.asked)
    live.type("name", "Mews")
    expect(live.errors("name")).to_have_text(TAKEN)
    live.type("ponies-0-name", "Bo")
    live.type("name", "Shed")
    expect(live.errors("name")).to_have_count(0)
    expect(live.page.locator("[aria-busy]")).to_have_count(0)
    asked = [question["form"] for question in answers.asked[before:]]
    assert asked.count("ponies.forms.StableForm") == 2
    assert asked.count("ponies.forms.PonyFormSet") == 1


def test_a_form_that_went_asks_no_more(visit, page, answers, stables):
    live = visit("/page/")
    again = page.get_by_role("button", name="Anew")
    _swap(page, again)
    at_first = page.evaluate("handles()")
    assert at_first["modules"] == 1
    for _ in range(3):
        answers.hold()
        live.type("name", "Byre")
        expect(live.control("name")).to_have_attribute("aria-busy", "true")
        live.type("name", "Barn")  # as it was: nothing that was typed goes with the fragment
        asked = len(answers.asked)
        _swap(page, again)
        answers.let_go()
        live.type("name", "Byre")
        expect(live.errors("name")).to_have_text(TAKEN)
        assert len(answers.asked) == asked + 1
        live.type("name", "Barn")
        expect(live.errors("name")).to_have_count(0)
        _swap(page, again)
        page.wait_for_function(
            "before => JSON.stringify(handles()) === before", arg=_as_json(page, at_first)
        )


def _swap(page, button):
    """Press the button, and wait until other elements are there."""
    page.evaluate("document.querySelector('#part').isOld = true")
    button.click()
    page.wait_for_function("document.querySelector('#part').isOld === undefined")
    expect(button).not_to_have_attribute("aria-busy", "true")


def _as_json(page, handles):
    return page.evaluate("handles => JSON.stringify(handles)", handles)


IN_MEMORY = 'CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}'
_FAIR_URLS = """
from clientforms.server.views import respond_fragment
from django.views.decorators.http import require_POST


@require_POST
def anew(request):
    return respond_fragment(request, "orders/_shirt.html", {"form": fair.ShirtForm()}, redirect_to="/")


urlpatterns += [path("anew/", anew), path("empty/", views.render, {"template_name": "orders/empty.html"})]
"""
_EMPTY = """{% load clientforms %}<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Fair</title>{% clientforms_scripts %}</head>
<body><form id="csrf">{% csrf_token %}</form><section id="part"></section>
<button type="button" data-action="/anew/" data-target="#part">Anew</button></body></html>"""
_SHIRT = """{% load clientforms %}<section id="part"><form method="post">{% clientform form %}</form></section>"""


@pytest.fixture(scope="module")
def fair(tmp_path_factory):
    """The address of a fair whose page has no form at first."""
    made = FairProject(tmp_path_factory.mktemp("fair"))
    made.add_settings(IN_MEMORY)
    urls = (made.folder / "mysite/urls.py").read_text("utf-8")
    made.write("mysite/urls.py", urls + _FAIR_URLS)
    made.write("orders/templates/orders/empty.html", _EMPTY)
    made.write("orders/templates/orders/_shirt.html", _SHIRT)
    with made.serving_sockets() as address:
        yield address


def test_a_form_that_came_hears_what_the_server_pushes(page, complaints, fair):
    allow_visits(page, complaints, fair)
    open_live(page, fair, "/empty/")
    again = page.get_by_role("button", name="Anew")
    for _ in range(2):
        _swap(page, again)
        assert page.request.get(f"{fair}/close/").text() == "closed"
        expect(page.locator(".errorlist.nonfield li")).to_have_text(["The stall is closed."])
