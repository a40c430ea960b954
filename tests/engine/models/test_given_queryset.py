"""ClientFormSet holding a model formset: what Django's ModelForms do to instances stays theirs."""

import uuid

import pytest
from django.db import models
from django.forms import modelformset_factory

from clientforms import ClientFormSet
from clientforms.engine.models import model_arguments
from tests.engine.builders import type_into


class Writer(models.Model):
    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=40)

    class Meta:
        app_label = "engine"


class Shelf(models.Model):
    code = models.UUIDField(unique=True, default=uuid.uuid4)

    class Meta:
        app_label = "engine"


@pytest.fixture
def joyce():
    """A stored writer, without a database."""
    return Writer.from_db(None, ["slug", "name"], ["joyce", "James Joyce"])


def test_what_was_typed_does_not_become_the_initial_data(joyce):
    queryset = Writer.objects.order_by("pk")
    queryset._result_cache = [joyce]
    formset_class = modelformset_factory(Writer, fields=["slug", "name"], extra=0)
    live = ClientFormSet(formset_class, prefix="writers", formset_kwargs={"queryset": queryset})
    assert not live.has_changed()
    type_into(live, 0, name="Nora Barnacle")
    assert live.has_changed()
    type_into(live, 0, name="James Joyce")
    assert not live.has_changed()
    assert joyce.name == "James Joyce"


def test_the_parent_keeps_its_generated_key_though_a_formset_without_data_takes_it_away():
    shelf = Shelf()
    code = shelf.code
    own = model_arguments.for_unbound({"instance": shelf})["instance"]
    own.code = None
    own._state.adding = False
    assert (shelf.code, shelf._state.adding) == (code, True)


def test_a_formset_with_data_gets_the_parent_itself_to_save():
    shelf = Shelf()
    assert model_arguments.for_bound({"instance": shelf})["instance"] is shelf


def test_blank_rows_of_markup_taken_over_stay_blank(joyce):
    queryset = Writer.objects.order_by("pk")
    queryset._result_cache = [joyce]
    formset_class = modelformset_factory(Writer, fields=["slug", "name"], extra=1)
    live = ClientFormSet(formset_class, prefix="writers", formset_kwargs={"queryset": queryset})
    stored = {"writers-0-slug": ["joyce"], "writers-0-name": ["James Joyce"]}
    live.in_page.take_over([stored, {"writers-1-slug": [""], "writers-1-name": [""]}], 1)
    assert live.is_valid()
    assert not live.has_changed()
