"""docs/parity.md names every public name of newforms and of Django's formsets, and tells the truth."""

import inspect

import pytest
from django import forms
from django.forms.models import inlineformset_factory, modelformset_factory

from clientforms import ClientForm, ClientFormSet
from demo.forms import ArticleFormSet, SignupForm
from tests.conftest import ROOT
from tests.house.parity import tables

TABLES = tables()

# The public names of newforms 0.13.2: methods and options of its FormSet and Form, props of the
# components that render them.
NEWFORMS = {
    "newforms: FormSet": """
        absoluteMax addAnother addError addFields addPrefix autoId canDelete canOrder clean
        cleanedData controlled data deletedForms emptyForm errorConstructor errors extra extraForms
        files form forms fullClean getDefaultPrefix hasChanged initial initialFormCount
        initialForms isAsync isInitialRender isMultipart isPending isValid managementForm
        managementFormCssClass maxNum minNum nonFormErrors nonFormPending onChange orderedForms
        prefix prefixFormat removeForm setData setFormData totalErrorCount totalFormCount validate
        validateMax validateMin validation""",
    "newforms: Form": """
        addError addInitialPrefix addPrefix autoId boundField boundFields boundFieldsObj
        changedData clean cleanedData controlled data emptyPermitted errorConstructor
        errorCssClass errors fields files fullClean hasChanged hiddenFieldRowCssClass hiddenFields
        initial isAsync isComplete isInitialRender isMultipart isPending isValid labelSuffix
        nonFieldErrors nonFieldPending notEmpty onChange optionalCssClass partialClean
        pendingCssClass pendingRowCssClass prefix prefixFormat removePrefix requiredCssClass reset
        rowCssClass setData setErrors setFormData updateData validCssClass validate validation
        visibleFields""",
    "newforms: RenderForm and RenderFormSet": """
        children className component form formComponent formset getForm getFormset progress row
        rowComponent useManagementForm""",
}


def parameters(*callables):
    names = {name for each in callables for name in inspect.signature(each).parameters}
    return names - {"self"}


def public(instance):
    return {name for name in dir(instance) if not name.startswith("_")}


def django_names():
    form = type("Plain", (forms.Form,), {})
    formset = forms.formset_factory(form)
    return {
        "Django: BaseFormSet": public(formset()) | parameters(forms.BaseFormSet.__init__),
        "Django: formset_factory, modelformset_factory, inlineformset_factory": parameters(
            forms.formset_factory, modelformset_factory, inlineformset_factory
        ),
        # A form class carries what its metaclass gathered besides.
        "Django: BaseForm": (public(form()) | parameters(forms.BaseForm.__init__))
        - {"base_fields", "declared_fields"},
    }


THEIRS = {heading: set(names.split()) for heading, names in NEWFORMS.items()} | django_names()


@pytest.mark.parametrize("heading", list(THEIRS))
def test_every_public_name_has_a_row(heading):
    named = {name for row in TABLES[heading] for name in row.theirs}
    # cleaned_data comes with cleaning; a Django other than the installed one may lack a name.
    assert THEIRS[heading] - named == set()


@pytest.mark.parametrize("heading", list(NEWFORMS))
def test_no_row_names_what_newforms_does_not_have(heading):
    named = {name for row in TABLES[heading] for name in row.theirs}
    assert named - THEIRS[heading] == set()


@pytest.mark.parametrize("heading", list(TABLES))
def test_every_row_says_where_ours_is_in_python_and_in_the_page(heading):
    assert TABLES[heading]
    for row in TABLES[heading]:
        assert row.theirs, row
        assert row.python, row
        assert row.page, row
        assert "missing" not in row.remarks.lower()


def live_for(heading):
    """A live formset or form with all that Django has to read on valid data."""
    if heading.endswith(("Form", "BaseForm")):
        form = ClientForm(SignupForm)
        form.set_data(
            {"username": "james", "email": "j@example.org", "plan": "free", "terms": True}
            | {"password": "long enough", "password_again": "long enough"}
        )
        return form
    formset = ClientFormSet(ArticleFormSet, prefix="articles")
    formset.set_data(
        [
            {
                "title": "Ulysses",
                "slug": "ulysses",
                "email": "james@example.org",
                "pub_date": "1922-02-02",
                "category": "fiction",
            }
        ]
    )
    return formset


@pytest.mark.parametrize("heading", list(TABLES))
def test_the_python_names_are_there(heading):
    live = live_for(heading)
    assert live.is_valid()
    accepted = parameters(type(live))
    for name in (name for row in TABLES[heading] for name in row.python):
        if name.endswith("="):
            assert name[:-1] in accepted, name
            continue
        found = getattr(live, name.removesuffix("()"))
        if name.endswith("()"):
            assert callable(found), name
        elif name not in ("formset_class", "form_class", "error_class", "renderer"):
            assert not inspect.ismethod(found), f"{name} is called"


def test_the_attributes_and_events_are_in_the_code():
    folders = [ROOT / "app" / "clientforms" / name for name in ("browser", "engine")]
    code = "\n".join(path.read_text("utf-8") for each in folders for path in each.rglob("*.py"))
    names = {name for rows in TABLES.values() for row in rows for name in row.page}
    for name in names:
        if not name.endswith("()"):
            assert f'"{name}"' in code, name
