"""The page's verdict and the server's are the same, message for message, for random data and in three languages."""

import json
import os
import re

import pytest

from tests.browser.live_page import LivePage
from tests.server.example_project import ExampleProject
from tests.server.parity_data import data_sets, posted

NUMBER = int(os.environ.get("CLIENTFORMS_PARITY", "30"))
SEED = int(os.environ.get("CLIENTFORMS_PARITY_SEED", "17"))
IN_THE_PAGE = """sets => {
    const order = clientforms.form("order"), lines = clientforms.formset("lines");
    return sets.map(([one, many]) => {
        order.setData(one);
        lines.setData(many);
        return {
            posted: {...order.postData(), ...lines.postData()},
            verdict: [order.errors(), lines.errors(), lines.nonFormErrors()],
        };
    });
}"""
ON_THE_SERVER = """
import json
from pathlib import Path
from django.http import QueryDict
from django.utils import translation
from orders.forms import LineFormSet, OrderForm

def listed(errors):
    return {name: list(messages) for name, messages in errors.items()}

def verdict(posted):
    data = QueryDict(mutable=True)
    for name, values in posted.items():
        data.setlist(name, values)
    order, lines = OrderForm(data), LineFormSet(data, instance=Order(), prefix="lines")
    return [listed(order.errors), [listed(each) for each in lines.errors], list(lines.non_form_errors())]

with translation.override(LANGUAGE):
    print(json.dumps([verdict(posted) for posted in json.loads(Path(FILE).read_text("utf-8"))]))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = ExampleProject(tmp_path_factory.mktemp("parity"))
    project.ask("Product.objects.update(stock=10**9)")  # what is in stock only the server knows
    return project


@pytest.fixture(scope="module")
def address(project):
    with project.serving() as address:
        yield address


def without_answers(route):
    """Let the page not know where to ask: it is on its own."""
    response = route.fetch()
    html = re.sub(r' data-(questions|socket)="[^"]*"', "", response.text())
    route.fulfill(response=response, body=html)


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_the_page_and_the_server_say_the_same(
    page, complaints, address, project, tmp_path, language
):
    complaints.allow_origin(address)
    complaints.expect(r"LineForm\.clean\(\) asks for a database")
    page.route("**/new/", without_answers)
    ExampleProject.log_in(page, address)
    page.locator(f"button[value={language}]").click()
    page.goto(f"{address}/new/", wait_until="commit")
    LivePage(page, address).wait_until_ready()
    sets = list(data_sets(SEED, NUMBER))
    found = page.evaluate(IN_THE_PAGE, sets)
    file = tmp_path / "posted.json"
    file.write_text(json.dumps([each["posted"] for each in found]), "utf-8")
    said = project.ask(f"LANGUAGE, FILE = {language!r}, {str(file)!r}\n{ON_THE_SERVER}")
    for given, here, there in zip(sets, found, json.loads(said), strict=True):
        assert _asked(given) <= _flat(here["posted"]), given
        assert here["verdict"] == there, given
    valid = [each["verdict"] for each in found if not any(map(any, each["verdict"]))]
    assert 0 < len(valid) < len(sets)


def _asked(given):
    order, lines = given
    rows = [posted(line, f"lines-{index}-") for index, line in enumerate(lines)]
    return set().union(*map(_flat, [posted(order), *rows]))


def _flat(data):
    return {(name, *values) for name, values in data.items()}
