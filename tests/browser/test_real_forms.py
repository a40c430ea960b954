"""A built page with what real projects' forms have: stored objects to choose among, fields of PostgreSQL, rules for the server."""

import re

import pytest
from playwright.sync_api import expect

from clientforms.builder import cli
from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.builder.test_build import write
from tests.builder.test_real_forms import POSTGRES, write_shop
from tests.support.sites import serving_folder

LATE = """from django import forms

from clientforms import AsyncValidationMixin


class LateForm(AsyncValidationMixin, forms.Form):
    name = forms.CharField(max_length=5)
    mail = forms.CharField()
    site = forms.CharField()
    code = forms.CharField()
    note = forms.CharField()

    def clean_site(self):
        import urllib.request

        return urllib.request.urlopen("http://192.0.2.1/").status

    def clean_code(self):
        import urllib.request

        return urllib.request.urlopen("https://192.0.2.1/").status

    def clean_note(self):
        import os

        return open(os.environ["NOTES"]).read()

    def clean_name(self):
        from django.contrib.auth.models import User

        if User.objects.filter(username=self.cleaned_data["name"]).exists():
            raise forms.ValidationError("Taken.")
        return self.cleaned_data["name"]

    async def clean_mail(self):
        import asyncio

        await asyncio.open_connection("192.0.2.1", 25)
        return self.cleaned_data["mail"]
"""
TARGETS = (
    "shop/forms.py:PickFormSet",
    "shop/forms.py:GiftFormSet",
    "stock.py:StockForm",
    "late.py:LateForm",
)
PREFIXES = ("picks", "gifts", "stock", "late")


@pytest.fixture
def site(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_shop(tmp_path)
    write(tmp_path, stock=POSTGRES, late=LATE)
    named = [word for each in PREFIXES for word in ("--prefix", each)]
    arguments = [
        "build",
        *TARGETS,
        *named,
        "--fixture",
        "items.json",
        "--action",
        "sent",
        "--out",
        "site",
    ]
    assert cli.main(arguments) == 0
    return tmp_path / "site", capsys.readouterr().out


def test_they_work_as_under_django(page, complaints, site):
    folder, said = site
    complaints.expect("asks for a database. The page leaves this rule to the server")
    for rule in ("mail", "site", "code"):
        complaints.expect(
            rf"clean_{rule}\(\) asks for a .*\. The page leaves this rule to the server"
        )
    complaints.expect("asks for the environment variable NOTES. The page leaves this rule")
    fetched = {}
    page.on("response", lambda response: fetched.setdefault(response.url, response))
    with serving_folder(folder) as address:
        complaints.allow_origin(address)
        page.goto(address)
        live = LivePage(page, address)
        wait_until_live(live)
        sizes = [len(each.body()) for url, each in fetched.items() if url.startswith(address)]
        choose_among_objects(live)
        fill_in_fields_of_postgres(live)
        leave_rules_to_the_server(live, address)
    told = float(re.search(r"A first visit fetches (\d+\.\d) MB", said)[1]) * 1_000_000
    assert abs(sum(sizes) - told) < 0.03 * told  # some files come when the forms are live


def choose_among_objects(live):
    for prefix in ("picks", "gifts"):
        for row in range(2):
            live.formset(prefix, "addAnother()")
            select = live.control(f"{prefix}-{row}-item")
            expect(select.locator("optgroup")).to_have_count(2)
            expect(select.locator("optgroup[label=Fruit] option")).to_have_text(["Apple", "Pear"])
            radios = live.page.locator(f"[name='{prefix}-{row}-like']")
            expect(radios).to_have_count(3)
    live.formset("picks", "removeForm(1)")
    live.control("picks-0-item").select_option(label="Pear")
    assert live.formset("picks", "isValid()") is True
    assert live.formset("picks", "cleanedData()")[0]["item"] == 3
    row = live.page.locator("[data-formset-row]:has([name='gifts-1-item'])")
    row.locator("[data-formset-nested] [data-formset-action=add]").click()
    expect(live.control("gifts-1-gifts-0-kind").locator("option")).to_have_text(
        ["---------", "Fruit", "Nuts"]
    )


def fill_in_fields_of_postgres(live):
    live.type("stock-sizes", "1,x")
    live.expect_errors("stock-sizes", "Item 2 in the array did not validate: Enter a whole number.")
    live.type("stock-sizes", "1,2,3,4")
    live.expect_errors("stock-sizes", "List contains 4 items, it should contain no more than 3.")
    live.type("stock-sizes", "1,2")
    live.type("stock-facts", "{")
    live.expect_errors("stock-facts", "Could not load JSON data.")
    live.type("stock-facts", '{"a": 1}')
    live.type("stock-ages_0", "5")
    live.type("stock-ages_1", "1")
    live.expect_errors("stock-ages", "The start of the range must not exceed the end of the range.")
    live.type("stock-ages_1", "9")
    live.type("stock-days_0", "2026-01-02")
    live.type("stock-days_1", "2026-01-03")
    assert live.form("stock", "isValid()") is True
    cleaned = live.form("stock", "cleanedData()")
    assert cleaned["sizes"] == [1, 2]
    assert cleaned["days"] == ["2026-01-02", "2026-01-03"]
    assert cleaned["facts"] == {"a": "1"}
    assert cleaned["ages"] == "[5, 9)"


def leave_rules_to_the_server(live, address):
    live.type("late-name", " ")
    live.expect_errors("late-name", "This field is required.")
    live.type("late-name", "Ann")
    live.expect_errors("late-name")
    for name in ("mail", "site", "code", "note"):
        live.type(f"late-{name}", name)
        live.expect_errors(f"late-{name}")
    form = live.page.locator("form:has([name='late-name'])")
    expect(form.get_by_text("The server checks this.")).to_have_count(5)
    live.page.route(f"{address}sent", lambda route: route.fulfill(body="Thank you"))
    with live.page.expect_request(f"{address}sent") as sent:
        form.get_by_role("button", name="Send").click()
    assert (
        sent.value.post_data
        == "late-name=Ann&late-mail=mail&late-site=site&late-code=code&late-note=note"
    )
