"""The benchmark page keeps to its contract, and the benchmark can measure it."""

import pytest

from benchmarks import memory, rows
from tests.browser.live_page import BOOT


@pytest.fixture
def bench(page, server):
    page.add_init_script(path=rows.HARNESS)
    page.goto(f"{server}/static/bench.html")
    rows.wait_until_ready(page, BOOT)
    return page


def test_every_operation_shows_its_result(bench):
    found = {}
    for count in (1, 10):
        rows.measure("clientforms", bench, count, found, cycles=1, seconds=60)
        assert bench.locator(".row").count() == count
        assert bench.locator(".row .remove").count() == count
        assert bench.locator(".errorlist").count() == 0
    expected = {(count, each) for count in (1, 10) for each in rows.operations_for(count)}
    assert {(count, operation) for _, count, operation in found} == expected
    for samples in found.values():
        assert samples.failure == ""
        assert len(samples.dom) == len(samples.frame) == 1
        assert 0 < samples.dom[0] < samples.frame[0]

    bench.evaluate("bench.mount(3)")
    values = bench.locator(".row [name]").evaluate_all("all => all.map(each => each.value)")
    assert values[:6] == [
        "Article number 0",
        "article-0",
        "author0@example.org",
        "2000-01-01",
        "news",
        "Article number 1",
    ]
    bench.evaluate("bench.setAll([{title: 'same'}, {title: 'same'}])")
    assert bench.locator(".row").count() == 2
    assert bench.locator(".row .errorlist").count() == 8
    assert bench.locator(".errorlist.nonform").inner_text().startswith("Articles in a set")

    held = memory.measure(bench, 3, keystrokes=4, pairs=2)
    assert held.before.python_bytes > 1_000_000
    assert held.before.wasm_bytes >= held.before.python_bytes
    assert held.after.python_objects > 1_000
    assert bench.locator(".row").count() == 3
    assert bench.evaluate("bench.python.render(2)") is None


def test_is_usable_by_hand_without_a_harness(page, server):
    page.goto(f"{server}/static/bench.html")
    page.wait_for_function("!!window.bench", timeout=BOOT)
    assert page.locator(".row").count() == 3
    page.get_by_label("Rows").fill("5")
    page.get_by_role("button", name="Mount").click()
    assert page.locator(".row").count() == 5
    page.get_by_role("button", name="Give every row a bad email").click()
    assert page.locator(".row .errorlist").count() == 5
    assert page.locator("#took").inner_text().endswith("ms")
