"""What docs/parity.md says of the page is there, and answers as Django does."""

from tests.house.parity import tables


def methods(*headings):
    found = tables()
    names = {name for heading in headings for row in found[heading] for name in row.page}
    return {name.removesuffix("()") for name in names if name.endswith("()")}


def test_every_javascript_name_of_the_parity_table_is_a_method(live):
    formset = methods("newforms: FormSet", "Django: BaseFormSet")
    formset |= methods("Django: formset_factory, modelformset_factory, inlineformset_factory")
    form = methods("newforms: Form", "Django: BaseForm")
    for kind, name, wanted in (("formset", "articles", formset), ("form", "signup", form)):
        there = live.call(
            f"Object.entries(clientforms.{kind}('{name}'))"
            ".filter(([, each]) => typeof each === 'function').map(([each]) => each)"
        )
        assert wanted - set(there) == set()

    live.formset("articles", "setData([{title: 'Ulysses'}])")
    live.formset("articles", "addAnother()")
    first, second = live.formset("articles", "forms()")
    assert first["prefix"] == "articles-0"
    assert first["changedData"] == ["title"]
    assert first["errors"]["slug"] == ["This field is required."]
    assert not first["isValid"]
    assert first["cleanedData"] is None
    assert second["cleanedData"] == {}
    assert [second["position"], second["isInitial"], second["isDeleted"]] == [1, False, False]
    title = live.formset("articles", "fields(0)")[0]
    assert title == {
        "name": "title", "htmlName": "articles-0-title", "id": "id_articles-0-title",
        "label": "Title", "helpText": "", "required": True, "disabled": False, "isHidden": False,
        "value": "Ulysses", "initial": None, "hasChanged": True, "errors": [],
    }  # fmt: skip
    assert live.form("signup", "changedData()") == []
    assert live.form("signup", "isMultipart()") is False
    assert [each["name"] for each in live.form("signup", "fields()")][-2:] == ["plan", "terms"]


def test_a_wrong_call_of_a_description_says_what_is_right(live, complaints):
    complaints.expect("clientforms: ")
    assert "fields(): " in live.caught("clientforms.formset('articles').fields()")
    assert "there is no form 9" in live.caught("clientforms.formset('articles').fields(9)")
