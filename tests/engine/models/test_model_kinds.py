"""Inline formsets taken over from a server's markup: the parent is known from the hidden foreign key."""

import uuid

import pytest
from django import forms
from django.db import models

from clientforms import ClientFormSet
from tests.engine.builders import type_into

PARENTS = {
    "number": ("5", lambda: {"name": models.CharField(max_length=20)}, {}),
    "uuid": (
        str(uuid.UUID(int=7)),
        lambda: {"id": models.UUIDField(primary_key=True, default=uuid.uuid4)},
        {},
    ),
    "text": ("ann", lambda: {"code": models.CharField(max_length=8, primary_key=True)}, {}),
    "another_field": ("ann", lambda: {"slug": models.SlugField(unique=True)}, {"to_field": "slug"}),
    "another_number": (
        "7",
        lambda: {"number": models.IntegerField(unique=True)},
        {"to_field": "number"},
    ),
}
"""A parent's key as markup has it, its fields, and what its children's foreign key is given."""


def model(name, /, **fields):
    meta = type("Meta", (), {"app_label": "tests_inline"})
    return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def made(kind, *, one=False):
    """A parent's key as markup has it, the parent's model, and the formset of its children."""
    key, fields, options = PARENTS[kind]
    name = f"{kind.title().replace('_', '')}{'One' if one else ''}"
    parent = model(f"{name}Parent", **fields())
    link = models.OneToOneField if one else models.ForeignKey
    child = model(
        f"{name}Child",
        parent=link(parent, models.CASCADE, **options),
        title=models.CharField(max_length=20),
    )
    formset = forms.inlineformset_factory(
        parent, child, fields=["title"], extra=1, can_delete=True, max_num=1 if one else None
    )
    return key, parent, child, formset


CASES = {
    f"{kind}{' one' if one else ''}": made(kind, one=one) for kind in PARENTS for one in (0, 1)
}


def rows_of(key, *titles):
    return [
        {
            f"c-{index}-title": [title],
            f"c-{index}-id": [str(11 + index) if title else ""],
            f"c-{index}-parent": [key],
        }
        for index, title in enumerate(titles)
    ]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("given", ["nothing", "unsaved"])
def test_a_saved_parent_and_saved_rows_are_valid(case, given):
    key, parent, _, formset_class = CASES[case]
    titles = ("One",) if case.endswith("one") else ("One", "Two", "")
    kwargs = {"instance": parent()} if given == "unsaved" else {}
    live = ClientFormSet(formset_class, prefix="c", formset_kwargs=kwargs)
    live.in_page.take_over(rows_of(key, *titles), sum(map(bool, titles)))
    assert live.is_valid(), live.errors
    assert not live.has_changed()
    type_into(live, 0, title="Other")
    if len(titles) > 1:
        type_into(live, 2, title="New")
        live.remove_form(1)
    assert live.is_valid(), live.errors
    assert live.forms[0].changed_data == ["title"]
    assert [form.prefix for form in live.deleted_forms] == ["c-1"] * (len(titles) > 1)
    assert {row.values["__prefix__-parent"][0] for row in live.rows} == {key}


@pytest.mark.parametrize("case", [case for case in CASES if not case.endswith("one")])
def test_a_saved_parent_without_rows_has_new_ones(case):
    key, _, _, formset_class = CASES[case]
    live = ClientFormSet(formset_class, prefix="c")
    live.in_page.take_over(rows_of(key, ""), 0)
    index = live.add_another()
    assert live.post_data()[f"c-{index}-parent"] == [key]
    type_into(live, index, title="New")
    assert live.is_valid(), live.errors
    live.reset()
    assert live.post_data()["c-0-parent"] == [key]


def test_a_parent_that_is_not_saved_stays_so():
    _, _, _, formset_class = CASES["number"]
    live = ClientFormSet(formset_class, prefix="c")
    live.in_page.take_over(rows_of("", ""), 0)
    type_into(live, 0, title="New")
    assert live.is_valid(), live.errors
    assert live.formset.instance.pk is None
