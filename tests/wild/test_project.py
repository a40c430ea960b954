"""The project of docs/how-to/project.md with crispy-forms and Bootstrap, by the command that stands there."""

import os
import shutil

from playwright.sync_api import expect

from tests.browser.live_page import LivePage
from tests.browser.test_project import BUILD_WITH_CRISPY, clientforms, order, set_up
from tests.conftest import ROOT
from tests.support.sites import serving_folder

PYTHON = os.environ.get("CLIENTFORMS_WILD", "")
BOOTSTRAP = ROOT / "node_modules" / "bootstrap" / "dist" / "css" / "bootstrap.min.css"

if PYTHON:

    def test_the_page_with_crispy_forms_is_live_and_has_its_looks(page, complaints, tmp_path):
        folder = tmp_path / "project"
        set_up(folder)
        shutil.copy(BOOTSTRAP, folder)
        clientforms(folder, BUILD_WITH_CRISPY, PYTHON)
        with serving_folder(folder / "site") as address:
            complaints.allow_origin(address)
            live = LivePage(page, address)
            page.goto(address)
            order(live)
            live.type("email", "nicht")
            email = live.control("email")
            expect(email).to_have_class("emailinput form-control is-invalid")
            expect(page.locator("#div_id_email .invalid-feedback")).to_be_visible()
            live.type("email", "ada@example.org")
            expect(email).to_have_class("emailinput form-control")
            page.get_by_role("button", name="Entfernen").last.click()
            expect(live.rows("lines").filter(visible=True)).to_have_count(1)
            expect(page.get_by_role("button", name="Weiterer Artikel")).to_have_class(
                "btn btn-outline-primary"
            )
            assert live.formset("lines", "isValid()") is True
