"""Every way in which Django keeps its CSRF token works without a page load."""

import pytest
from playwright.sync_api import expect

from tests.server.pony_project import PonyProject
from tests.server.visits import allow_visits, open_live


@pytest.mark.parametrize(
    "setting", ["CSRF_USE_SESSIONS", "CSRF_COOKIE_HTTPONLY", "CSRF_COOKIE_NAME"]
)
def test_a_token_is_found_and_renewed(page, complaints, tmp_path, setting):
    value = '"mark"' if setting == "CSRF_COOKIE_NAME" else "True"
    project = PonyProject(tmp_path, f"{setting} = {value}")
    with project.serving() as address:
        allow_visits(page, complaints, address)
        live = open_live(page, address, "/letter/")
        said = page.locator("#place")
        live.type("subject", "Hay")
        page.get_by_role("button", name="Send").click()
        expect(said).to_contain_text("Sent: Hay")
        other = page.context.new_page()  # a log-in gives everybody a new token
        other.goto(f"{address}/accounts/login/")
        other.fill("[name=username]", "ada")
        other.fill("[name=password]", "secret")
        other.get_by_role("button").click()
        expect(other.locator("p")).to_have_text("A page.")
        other.close()
        if setting != "CSRF_COOKIE_NAME":  # the cookie that the page can read is the new one
            complaints.expect("403")
        live.type("subject", "Oats")
        page.get_by_role("button", name="Send").click()
        expect(said).to_contain_text("Sent: Oats")
