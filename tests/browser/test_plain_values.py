"""What leaves the page for scripts and files: plain JSON always, numbers as they are, no formulas."""

import csv
import io
import json

from playwright.sync_api import expect

FORMS = """
    import datetime, decimal, uuid

    class Order(forms.Form):
        number = forms.IntegerField(widget=forms.TextInput)
        ratio = forms.FloatField(widget=forms.TextInput)
        price = forms.DecimalField(widget=forms.TextInput)
        remark = forms.CharField(required=False)

        def clean(self):
            if self.cleaned_data.get("remark") == "odd":
                return {"nan": float("nan"), "set": {"a"}, "bytes": b"a", "id": uuid.UUID(int=1),
                        "day": datetime.date(2026, 1, 2), "long": [2**64], "nothing": None}

    from clientforms.browser.outcome.on_valid import carry_out
    from clientforms.browser.page.django_settings import when_configured
    when_configured(carry_out)
"""
PAGE = """<form id="order" data-on-valid="download" {guard}>
    <div data-form="case.Order"></div><button>Save</button><div data-outcome hidden></div></form>"""
TYPED = {"number": "9007199254740993", "ratio": "1e300", "price": "-5.00", "remark": "=1+1"}


def saved(live, name):
    with live.page.expect_download() as found:
        live.page.get_by_role("button", name=name, exact=True).click()
    return found.value.path().read_text("utf-8-sig")


def fill(live, **changes):
    for name, value in {**TYPED, **changes}.items():
        live.type(name, value)


def test_what_scripts_get_is_plain_json_and_what_is_saved_is_exact(author, complaints):
    complaints.expect("there is no field 'name'|got .object Map.")
    live = author(PAGE.format(guard=""), FORMS)
    live.page.evaluate(
        "document.addEventListener('clientforms:submit',"
        " event => window.told = JSON.stringify(event.detail.cleanedData))"
    )
    fill(live)
    plain = {"number": "9007199254740993", "ratio": 1e300, "price": "-5.00", "remark": "=1+1"}
    read = "JSON.parse(JSON.stringify(clientforms.form('order').cleanedData()))"
    assert live.page.evaluate(read) == plain
    live.page.get_by_role("button", name="Save").click()
    assert json.loads(live.page.evaluate("window.told")) == {"order": plain}
    content = saved(live, "Download JSON")
    assert json.loads(content) == plain | {"number": 9007199254740993}
    assert '"number": 9007199254740993' in content
    [row] = csv.DictReader(io.StringIO(saved(live, "Download CSV"), newline=""))
    assert row == plain | {"ratio": "1e+300", "remark": "'=1+1"}

    live.type("remark", "odd")
    assert live.page.evaluate(read) == {
        "nan": "NaN", "set": ["a"], "bytes": "a", "id": "00000000-0000-0000-0000-000000000001",
        "day": "2026-01-02", "long": [str(2**64)], "nothing": None,
    }  # fmt: skip
    given = {"name": "x", "message": "y", "stack": "z", "constructor": 1}
    refused = live.caught(f"clientforms.form('order').setData({json.dumps(given)})")
    assert "there is no field 'name'" in refused
    assert "got [object Map]" in live.caught("clientforms.form('order').setData(new Map())")


def test_forms_of_an_author_need_no_place_for_what_comes_of_them(author):
    own = PAGE.format(guard='data-csv-guard="off"').replace("<div data-outcome hidden></div>", "")
    keep = """<form id="list" data-on-valid="keep">
        <div data-form="case.Order" data-prefix="k"></div><button>Keep</button></form>"""
    live = author(own + keep, FORMS)
    for name, value in TYPED.items():
        live.type(f"k-{name}", value)
    live.page.get_by_role("button", name="Keep").click()
    kept = live.page.locator("#list [data-outcome]")
    expect(kept).to_contain_text("9007199254740993")
    with live.page.expect_download() as found:
        kept.get_by_role("button", name="Download CSV").click()
    [row] = csv.DictReader(io.StringIO(found.value.path().read_text("utf-8-sig"), newline=""))
    assert (row["price"], row["remark"]) == ("-5.00", "'=1+1")

    fill(live)
    live.page.get_by_role("button", name="Save").click()
    place = live.page.locator("#order [data-outcome]")
    expect(place).to_be_focused()
    with live.page.expect_download() as found:
        place.get_by_role("button", name="Download CSV").click()
    [row] = csv.DictReader(io.StringIO(found.value.path().read_text("utf-8-sig"), newline=""))
    assert row["remark"] == "=1+1", "the form says that its cells are not guarded"
