"""A project as it is deployed: DEBUG off, hashed names, WhiteNoise; crispy-forms' markup; another language and time zone."""

import re

import pytest
from playwright.sync_api import expect

from tests.server.startproject import Project
from tests.server.visits import allow_visits, open_live

DEPLOYED = """
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
STATIC_ROOT = BASE_DIR / "collected"
MIDDLEWARE.insert(1, "whitenoise.middleware.WhiteNoiseMiddleware")
STORAGES = {"staticfiles": {"BACKEND": "%s"}}
"""
STORAGES = [
    "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    "whitenoise.storage.CompressedManifestStaticFilesStorage",
]
CRISPY = """
INSTALLED_APPS += ["crispy_forms", "crispy_bootstrap5"]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
"""
CRISPY_TEMPLATE = """{% load clientforms crispy_forms_tags %}<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Order</title>{% clientforms_scripts %}</head>
<body><form method="post">{% csrf_token %}
{% clientform form %}{{ form|crispy }}{% endclientform %}
{% clientformset lines %}{{ lines|crispy }}{% endclientformset %}
<button>Order</button></form></body></html>
"""
GERMAN = """
LANGUAGE_CODE = "de"
TIME_ZONE = "Europe/Berlin"
"""


def visit(page, complaints, address):
    allow_visits(page, complaints, address)
    return open_live(page, address, "/order/")


@pytest.mark.parametrize("storage", STORAGES)
def test_collected_files_are_live_under_hashed_names(page, complaints, tmp_path, storage):
    project = Project(tmp_path)
    project.add_settings(DEPLOYED % storage)
    project.manage("clientforms_build")
    project.manage("collectstatic", "--noinput")
    with project.serving("--nostatic") as address:
        order = visit(page, complaints, address)
        script = page.locator("script[type=module]").get_attribute("src")
        assert re.search(r"/static/clientforms/\w{12}/.*/core\.\w{12}\.js$", script)
        order.button("lines", "add").click()
        expect(order.rows("lines")).to_have_count(2)
        order.type("day", "never")
        expect(order.errors("day")).to_have_text(["Enter a valid date."])


def test_without_a_build_the_tag_says_what_to_do(tmp_path):
    project = Project(tmp_path)
    project.add_settings(DEPLOYED % STORAGES[0])
    said = project.run(
        "-c",
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "Client(SERVER_NAME='127.0.0.1').get('/order/')",
        status=1,
    )
    assert "there is no build. Run manage.py clientforms_build, then collectstatic." in said


def test_the_markup_of_crispy_forms_is_taken_over_as_it_stands(page, complaints, tmp_path):
    project = Project(tmp_path)
    project.add_settings(CRISPY)
    project.write("orders/templates/orders/order.html", CRISPY_TEMPLATE)
    with project.serving() as address:
        order = visit(page, complaints, address)
        expect(page.locator("#div_id_customer.mb-3 input.textinput.form-control")).to_be_visible()
        order.type("day", "never")
        expect(page.locator("#div_id_day")).to_contain_text("Enter a valid date.")
        expect(page.locator("#id_day")).to_have_attribute("aria-invalid", "true")
        order.button("lines", "add").click()
        expect(order.rows("lines")).to_have_count(2)
        expect(order.rows("lines").nth(1).locator("input.form-control")).to_have_count(2)


def test_language_and_time_zone_are_the_requests(page, complaints, tmp_path):
    project = Project(tmp_path)
    project.add_settings(GERMAN)
    with project.serving() as address:
        order = visit(page, complaints, address)
        order.type("day", "29.02.2023")
        expect(order.errors("day")).to_have_text(["Bitte ein gültiges Datum eingeben."])
        order.type("day", "29.02.2024")
        expect(order.errors("day")).to_have_count(0)
        expect(order.button("lines", "add")).to_have_text("Weiteres hinzufügen")
