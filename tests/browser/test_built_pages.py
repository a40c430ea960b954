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
def test_ten_modules_make_pages_that_are_live_with_a_server_without_and_from_a_disk(
    page, complaints, tmp_path, names
):
    cases = cases_of(names)
    targets = [case.target for case in cases]
    out = build(tmp_path / "site", *targets, options=("--language", cases[0].language))
    html = (out / "index.html").read_text("utf-8")
    with serving_folder(out) as address:
        complaints.allow_origin(address)
        live = LivePage(page, address)
        check_page(live, address, html, cases)
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        page.goto("about:blank")
    check_page(live, address, html, cases)  # the server is gone
    alone = out / "offline.html"
    complaints.allow_origin(alone.as_uri())
    check_page(live, alone.as_uri(), alone.read_text("utf-8"), cases)


def test_the_ten_are_ten():
    assert sorted(case.target for names in BY_SITE for case in cases_of(names)) == sorted(
        case.target for case in TEN
    )
