"""The benchmark's report: its tables, limits and plots say what was measured, and what was not."""

import json
import xml.etree.ElementTree as ElementTree

import pytest

from benchmarks import limits, peers, plot, readme, report
from benchmarks.boots import PLAIN_PYODIDE, Boot, Boots
from benchmarks.limits import Check
from benchmarks.machine import describe
from benchmarks.memory import Held, Memory, growth
from benchmarks.models import MODELS, PLAIN
from benchmarks.results import BUILT, OURS, SERVER, Results, median, p95, write_json
from benchmarks.rows import OPERATIONS, Samples, operations_for
from benchmarks.visits import BESIDE, NETWORKS, Visit
from benchmarks.wire import File, compress
from tests.conftest import ROOT


def results(**changes):
    """A run of two pages whose every sample is the same: 5 ms for ours, 50 ms for the others."""
    rows = {
        (name, count, operation): Samples([time] * 3, [time + 20] * 3)
        for name, time in ((OURS, 5.0), ("newforms", 50.0), (SERVER, 60.0))
        for count in (1, 10, 100, 1000)
        for operation in operations_for(count)
    }
    given = {"rows": rows, "render_count": 1000, "django_render": [900.0], "seconds": 120}
    return Results(describe("Chromium 1"), "2026-01-01", **(given | changes))


def boots(visible, validated, live=0):
    boot = Boot(visible, validated, validated + 100, 80, 0, live)
    return Boots(cold=[boot], warm=[boot, boot])


def verdict(found, start):
    (check,) = (each for each in found if each.what.startswith(start))
    return check.verdict


class TestLimits:
    def test_what_was_not_measured_is_not_said_to_be_met(self):
        nothing = Results(describe("Chromium 1"), "2026-01-01")
        found = limits.checks(nothing)
        assert {each.verdict for each in found if each.what != "the whole run"} == {"not measured"}

    def test_a_fast_page_meets_the_limits(self):
        found = limits.checks(results())
        apart = ("memory", "options")  # no samples of these here
        assert {
            each.verdict
            for each in found
            if "row" in each.what and not any(word in each.what for word in apart)
        } == {"met"}

    def test_a_slow_page_does_not(self):
        rows = results().rows | {(OURS, 1000, "add"): Samples([20.1, 51.0, 51.0], [60.0] * 3)}
        found = limits.checks(results(rows=rows))
        assert [each.verdict for each in found if each.what.startswith("add at")] == ["NOT met"] * 2

    def test_a_page_whose_time_grows_with_the_rows_does_not(self):
        rows = results().rows | {(OURS, 1, "key_valid"): Samples([2.0], [20.0])}
        found = limits.checks(results(rows=rows))
        assert verdict(found, "keystroke to error gone: 1000 rows to 1") == "NOT met"

    def test_boots_are_judged_as_parts_of_other_boots(self):
        found = {
            OURS: boots(100, 1900),
            "plain Pyodide": boots(0, 5000),
            "stock PyScript": boots(0, 10_000),
        }
        checks = limits.checks(results(boots=found))
        assert verdict(checks, "warm: first validated keystroke, of plain") == "met"
        assert verdict(checks, "warm: first validated keystroke, of stock") == "NOT met"
        assert verdict(checks, "warm: forms visible") == "met"
        assert verdict(checks, "layout shift") == "met"

    def test_live_forms_are_judged_by_pyodides_start_on_a_slow_processor_too(self):
        quick = {
            BUILT: boots(100, 1900, 900),
            OURS: boots(100, 1900, 1600),
            PLAIN_PYODIDE: boots(0, 5000),
        }
        slow = {BUILT: boots(100, 9900, 4900), PLAIN_PYODIDE: boots(0, 10_000)}
        checks = limits.checks(results(boots=quick, slow=slow))
        assert verdict(checks, "warm: forms of a built page live") == "met"
        assert verdict(checks, "warm: all forms of the project's page live") == "NOT met"
        assert verdict(checks, "warm, 4 times slower: forms of a built page live") == "NOT met"
        assert (
            verdict(limits.checks(results(boots=quick)), "warm, 4 times slower: forms")
            == "not measured"
        )

    def test_first_visits_are_judged_beside_those_of_another_build(self):
        slow, ordinary, _ = map(str, NETWORKS)
        visits = {
            slow: {OURS: Visit(1200, 20_000), BESIDE: Visit(2100, 40_000)},
            ordinary: {OURS: Visit(400, 7000), BESIDE: Visit(800, 7500)},
        }
        checks = limits.checks(results(visits=visits))
        assert verdict(checks, f"first visit at {slow}: live") == "met"
        assert verdict(checks, f"first visit at {ordinary}: live") == "NOT met"
        assert verdict(checks, f"first visit at {slow}: forms visible") == "met"
        assert f"| beside, {slow} | 2100 | 40000 |" in report.visits(results(visits=visits))

    def test_a_page_with_models_starts_nearly_as_soon_as_one_without_or_the_run_has_failed(self):
        found = {PLAIN: boots(0, 1000), MODELS: boots(0, 1400)}
        checks = limits.checks(results(models=found))
        assert verdict(checks, "warm: first validated keystroke with models") == "NOT met"
        assert verdict(checks, "cold: first validated keystroke with models") == "met"
        assert {each.what.partition(":")[0] for each in checks if each.must_hold} == {
            "warm",
            "cold",
        }

    def test_bytes_and_memory_are_judged(self):
        before = Held(1_000_000, 10, 1, 1_000_000, 10, 10)
        after = Held(1_000_000, 10, 1, 1_120_000, 10, 10)
        memory = Memory(100, 1000, 200, before, after)
        assert growth(memory) == pytest.approx(0.06)
        found = limits.checks(results(memory=memory, files=[File("/a", 5_800_000, 1, 1)]))
        assert verdict(found, "memory after 1000 keystrokes") == "NOT met"
        assert verdict(found, "cold bytes") == "met"

    def test_the_table_has_a_line_for_each(self):
        found = [Check("a", 1, 2, " ms"), Check("b", 3, 2, ""), Check("c", None, 2, "")]
        assert limits.table(found).splitlines()[2:] == [
            "| a | 1.0 ms | 2.0 ms | met |",
            "| b | 3.00 | 2.00 | NOT met |",
            "| c | – | 2.00 | not measured |",
        ]


class TestReport:
    def test_has_every_operation_at_every_number_of_rows(self):
        lines = report.rows(results(), "dom").splitlines()
        assert lines[0] == "| operation | rows | clientforms | newforms | server |"
        assert len(lines) == 2 + 4 * len(OPERATIONS) - 2  # one row has no duplicate
        assert "| mount | 1000 | **5.0 (5.0)** | 50 (50) | 60 (60) |" in lines

    def test_says_where_a_page_did_not_end(self):
        rows = {(OURS, 1, "add"): Samples(failure="Error: the DOM did not show the result")}
        assert "did not end" in report.rows(results(rows=rows), "dom")

    def test_names_the_machine(self):
        shown = report.readme(results(boots={OURS: boots(50, 900)}, files=[File("/a", 9, 8, 7)]))
        assert str(describe("Chromium 1")) in shown
        assert "forms visible" in shown
        assert "| 1000 |" in shown
        assert "| 100 |" not in shown

    def test_everything_goes_into_the_long_one(self):
        held = Held(1, 2, 3, 4, 5, 6)
        shown = report.full(
            results(
                boots={OURS: boots(50, 900)},
                slow={OURS: boots(50, 900)},
                visits={str(NETWORKS[0]): {OURS: Visit(1, 2)}},
                files=[File("/a", 30_000, 8, 7), File("/b", 10, 5, 4)],
                memory=Memory(100, 1000, 200, held, held),
                longest_tasks={OURS: {1: 50, 1000: 70}},
            )
        )
        for words in (
            "## Boot",
            "## Boot on",
            "## First",
            "## Bytes",
            "## Rows",
            "## Longest",
            "## Memory",
            "## Limits",
        ):
            assert words in shown

    def test_medians_and_percentiles_are_values_of_the_run(self):
        assert median([3, 1, 2]) == 2
        assert median([]) is None
        assert p95([float(each) for each in range(1, 101)]) == 95
        assert p95([7.0]) == 7
        assert p95([]) is None

    def test_the_json_can_be_read_back(self, tmp_path):
        read = json.loads(write_json(results(boots={OURS: boots(5, 9)}), tmp_path).read_text())
        assert read["machine"]["cores"] >= 1
        assert read["boots"][OURS]["warm"][0]["validated"] == 9
        (first, *_) = read["rows"]
        assert first["page"] == OURS
        assert first["dom"] == {"median": 5, "p95": 5, "samples": [5, 5, 5]}

    @pytest.mark.parametrize("make", [plot.rows, plot.boots])
    def test_plots_are_pictures(self, make):
        drawn = ElementTree.fromstring(make(results(boots={OURS: boots(50, 900)})))
        assert drawn.tag.endswith("svg")
        assert "Chromium 1" in drawn[0].text

    def test_compressors_are_real(self):
        (large, small) = compress({"/large": b"a" * 10_000, "/small": b"b"})
        assert (large.path, large.shipped) == ("/large", 10_000)
        assert large.brotli < large.gzip < 100
        assert small.shipped == 1


class TestReadme:
    def test_the_table_stands_between_the_marks(self):
        text = f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n"
        assert readme.replaced(text, "new\n") == text.replace("old", "new")

    def test_a_text_without_marks_is_refused(self):
        with pytest.raises(ValueError, match="README"):
            readme.replaced("no marks", "table")

    def test_the_projects_own_has_them(self):
        text = (ROOT / "README.md").read_text("utf-8")
        assert "| operation | rows | clientforms |" in readme.replaced(
            text, report.readme(results())
        )


class TestPeers:
    def test_are_chosen_by_name(self):
        assert peers.chosen("all") == list(peers.PEERS)
        assert peers.chosen("none") == []
        assert peers.chosen("server, newforms") == ["server", "newforms"]

    def test_an_unknown_one_is_told(self):
        with pytest.raises(ValueError, match="there are newforms"):
            peers.chosen("formik")

    def test_their_lock_files_name_no_registry_and_pin_everything(self):
        for lock in (ROOT / "benchmarks" / "peers").glob("*/package-lock.json"):
            text = lock.read_text("utf-8")
            assert '"resolved"' not in text
            described = json.loads((lock.parent / "package.json").read_text("utf-8"))
            for versions in ("dependencies", "devDependencies"):
                for version in described.get(versions, {}).values():
                    assert version[0].isdigit()
