"""Every edge case is a named test: on the engine, and in the page where the DOM is part of it."""

import pytest

from tests.house.edge_cases import BROWSER, CASES, ELSEWHERE, ENGINE, covered_in, is_there


@pytest.mark.parametrize(("folder", "wanted"), [("engine", ENGINE), ("browser", BROWSER)])
def test_no_case_is_without_a_test(folder, wanted):
    missing = wanted - covered_in(folder)
    assert {case: CASES[case] for case in CASES if case in missing} == {}


@pytest.mark.parametrize("node_id", ELSEWHERE.values())
def test_what_is_pointed_to_is_there(node_id):
    assert is_there(node_id)


def test_what_is_not_there_is_noticed():
    assert not is_there("house/test_edge_cases.py::test_nowhere")
    assert "Django 99" not in covered_in("engine")
