"""How much a first visit of a built page fetches, and that filling in its forms fetches nothing more."""

import os

import pytest
from playwright.sync_api import expect

from benchmarks import payload
from tests.browser.catalogue import FORMS, TRIALS
from tests.browser.test_every_field import act


@pytest.mark.skipif(bool(os.environ.get("DJANGO")), reason="the limit is for the default Django")
def test_a_first_visit_fetches_no_more_than_its_limit(chromium, tmp_path):
    sizes = payload.first_visit(chromium, payload.build(tmp_path / "site"))
    assert "/static/runtime/snapshot.data" in sizes
    assert sum(sizes.values()) <= payload.AT_MOST, sizes


def test_no_field_needs_what_the_snapshot_left_out(author, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    html = "".join(
        f'<form data-form="case.{name}" data-prefix="{name.lower()}" data-on-valid="download"></form>'
        for name in TRIALS
    )
    live = author(html, FORMS)
    for name, trials in TRIALS.items():
        for field, trial in trials.items():
            own = f"{name.lower()}-{field}"
            for step in trial.wrong:
                act(live, own, *step)
            live.expect_errors(own, *([trial.message] if trial.message else []))
            for step in trial.right:
                act(live, own, *step)
        live.page.wait_for_function("name => clientforms.form(name).validate()", arg=name.lower())
    expect(page.locator(".errorlist")).to_have_count(0)
    assert [url for url in asked if url.endswith(".zip")] == []
