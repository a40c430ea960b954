"""Pages that `clientforms build` makes of ten modules, and what their valid forms do."""

import pytest

from tests.browser.battery import TEN, check_page
from tests.browser.live_page import LivePage
from tests.support.sites import build, serving_folder

BY_SITE = (
    ("survey", "form:tournament", "trip", "application"),
    ("book", "recipe", "member", "delivery", "form:course"),
    ("rechnung",),
)


def cases_of(names):
    wanted = [name.partition(":") for name in names]
    return [
        case
        for name, _, module in wanted
        for case in TEN
        if case.name == name and case.target.startswith(module)
    ]


@pytest.mark.parametrize("names", BY_SITE, ids=lambda names: names[0])
def test_ten_modules_of_different_kinds_make_live_pages(page, complaints, tmp_path, names):
    cases = cases_of(names)
    language = cases[0].language
    out = build(
        tmp_path / "site", *(case.target for case in cases), options=("--language", language)
    )
    html = (out / "index.html").read_text("utf-8")
    with serving_folder(out) as address:
        complaints.allow_origin(address)
        check_page(LivePage(page, address), address, html, cases)
        page.goto("about:blank")


def test_the_ten_are_ten():
    assert sorted(case.target for names in BY_SITE for case in cases_of(names)) == sorted(
        case.target for case in TEN
    )
