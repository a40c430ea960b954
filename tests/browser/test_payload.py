"""How much a first visit of a built page fetches, and that filling in its forms fetches nothing more."""

import os

import pytest
from playwright.sync_api import expect

from benchmarks import payload, weigh
from benchmarks.snapshot_weight import Weight
from tests.browser.catalogue import FORMS, TRIALS
from tests.browser.test_every_field import act

AT_MOST = payload.Size(shipped=5_300_000, compressed=4_900_000)
"""Bytes of a first visit to a page of one plain formset, from a host that does not compress, and one that does."""


@pytest.mark.skipif(bool(os.environ.get("DJANGO")), reason="the limits are for the default Django")
def test_each_file_of_a_first_visit_keeps_within_its_limit(chromium, tmp_path):
    sizes = payload.first_visit(chromium, payload.build(tmp_path / "site"))
    assert "/static/runtime/snapshot.data" in sizes
    limits = weigh.recorded()["files"]
    heavy = {
        name: f"{size.shipped:,} bytes, limit {limits.get(name, 0):,}"
        for name, size in sizes.items()
        if size.shipped > limits.get(name, 0)
    }
    if heavy:
        modules = weigh.grown(weigh.weigh_snapshot())
        pytest.fail(
            f"{heavy}\nModules of the snapshot that grew:\n{modules}\nIf it has to be: make weigh ARGS=--write"
        )
    assert sum(size.shipped for size in sizes.values()) <= AT_MOST.shipped
    assert sum(size.compressed for size in sizes.values()) <= AT_MOST.compressed


def test_a_file_that_grew_is_told_with_the_modules_in_it():
    known = weigh.recorded()["modules"]
    name = next(name for name in known if name.startswith("clientforms."))
    found = {each: Weight(0, weight) for each, weight in known.items()}
    assert weigh.grown(found) == ""
    told = weigh.grown(
        found | {name: Weight(0, known[name] + 12_345), "clientforms.late": Weight(0, 9)}
    )
    assert told.splitlines() == [f"  +12,345  {name}", "       +9  clientforms.late"]


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
