"""Which forms may be live, and what `manage.py check` says of it."""

from typing import ClassVar

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.urls import include, path

from clientforms.server import register
from clientforms.server.checks import check_setup
from clientforms.server.registry import find, registered


class GuestForm(forms.Form):
    name = forms.CharField()


GuestFormSet = forms.formset_factory(GuestForm)


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """An empty registry."""
    monkeypatch.setattr("clientforms.server.registry._registrations", {})
    monkeypatch.setattr("clientforms.server.registry._settings_read", [])


@pytest.mark.parametrize("form_class", [GuestForm, GuestFormSet])
def test_a_class_is_called_by_its_dotted_path(form_class):
    name = "GuestForm" if form_class is GuestForm else "GuestFormSet"
    assert register(form_class) is form_class
    found = find(f"{__name__}.{name}")
    assert found is not None
    assert found.form_class is form_class
    assert found.packed
    assert found.is_formset is (form_class is GuestFormSet)


def test_a_name_is_the_only_way_to_a_class():
    register(GuestForm, name="guest", packed=False)
    assert set(registered()) == {"guest"}
    assert find(f"{__name__}.GuestForm") is None
    assert find("os.path") is None


def test_the_last_word_counts():
    register(GuestForm)
    register(GuestForm, name="guest")
    assert set(registered()) == {"guest"}


def test_two_of_one_name_are_refused():
    register(GuestForm, name="guest")
    register(GuestFormSet, name="guest")
    with pytest.raises(ImproperlyConfigured, match="two classes are registered as 'guest'"):
        registered()


@pytest.mark.parametrize("given", [object, GuestForm(), "forms.GuestForm", None])
def test_what_is_no_form_class_is_refused(given):
    with pytest.raises(ImproperlyConfigured, match=r"register\(\) needs a form or formset class"):
        register(given)


def test_settings_name_forms_too():
    with override_settings(CLIENTFORMS={"FORMS": [f"{__name__}.GuestFormSet"]}):
        assert find(f"{__name__}.GuestFormSet").form_class is GuestFormSet


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"FORMS": ["nowhere.forms.GuestForm"]}, "'nowhere.forms.GuestForm', which cannot be imported"),
        ({"FORMS": [f"{__name__}.NoForm"]}, "cannot be imported"),
        ({"FORMS": [f"{__name__}.pytest"]}, "needs a form or formset class"),
        ({"FORMS": "orders.forms.OrderForm"}, "must be a list of dotted paths"),
        ({"FORM": []}, "CLIENTFORMS has an unknown key 'FORM'"),
        ([], "CLIENTFORMS must be a dictionary"),
    ],
)  # fmt: skip
def test_settings_that_lead_nowhere_are_named_by_the_checks(given, said):
    with override_settings(CLIENTFORMS=given, INSTALLED_APPS=["django.contrib.staticfiles"]):
        (error,) = check_setup()
    assert error.id == "clientforms.E002"
    assert said in error.msg


def test_a_class_that_no_module_has_cannot_run_in_a_page(tmp_path):
    register(forms.formset_factory(GuestForm))
    with override_settings(
        CLIENTFORMS={"BUILD_DIR": tmp_path}, INSTALLED_APPS=["django.contrib.staticfiles"]
    ):
        (error,) = check_setup()
    assert error.id == "clientforms.E003"
    assert "packed=False" in error.hint


def test_a_form_that_was_not_built_is_named(tmp_path):
    register(GuestForm, name="guest")
    (tmp_path / "manifest.json").write_text('{"folder": "x", "forms": [], "sources": {}}')
    with override_settings(
        CLIENTFORMS={"BUILD_DIR": tmp_path}, INSTALLED_APPS=["django.contrib.staticfiles"]
    ):
        (warning,) = check_setup()
    assert warning.id == "clientforms.W001"
    assert "clientforms_build" in warning.hint


def test_without_staticfiles_nothing_could_be_served():
    with override_settings(INSTALLED_APPS=[]):
        (error,) = check_setup()
    assert error.id == "clientforms.E001"


class WithoutAnswers:
    urlpatterns: ClassVar = []


class WithAnswers:
    urlpatterns: ClassVar = [path("clientforms/", include("clientforms.server.urls"))]


@pytest.mark.parametrize(
    ("urls", "ids"), [(WithoutAnswers, ["clientforms.W002"]), (WithAnswers, [])]
)
def test_a_form_that_nobody_would_answer_for_is_named(urls, ids):
    register(GuestForm, packed=False)
    with override_settings(ROOT_URLCONF=urls, INSTALLED_APPS=["django.contrib.staticfiles"]):
        assert [each.id for each in check_setup()] == ids
