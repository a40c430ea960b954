"""Tests that share something run in one process, and what takes long begins first."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.support.schedule import LONG, TOGETHER, group_of, rank

MODULE = """
import os
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_it(number):
    with open({log!r}, "a") as log:
        print(__name__, os.environ["PYTEST_XDIST_WORKER"], file=log)
"""


@pytest.mark.parametrize("name", [*TOGETHER, *LONG])
def test_what_is_named_is_there(name):
    path, _, test = name.partition("::")
    assert f"def {test.rpartition('::')[2]}" in (ROOT / path).read_text("utf-8")


def test_a_group_begins_before_what_stands_alone():
    shared, long = "tests/house/test_docs.py::test_x[1]", f"{LONG[0]}[a-b]"
    other = "tests/engine/live/test_client_form.py::test_x"
    assert rank(shared) < rank(long) < rank(other)
    assert group_of(shared) == group_of("tests/house/test_gallery.py::test_y")
    assert group_of(other) == other


def test_a_group_runs_in_one_process(tmp_path):
    log = tmp_path / "log"
    (tmp_path / "conftest.py").write_text(
        "from tests.conftest import pytest_xdist_make_scheduler\n"
        "from tests.support import schedule\n\n"
        "schedule.TOGETHER.update({'test_one.py': 'both', 'test_other.py': 'both'})\n"
    )
    for name in ("one", "other", "alone"):
        (tmp_path / f"test_{name}.py").write_text(MODULE.format(count=10, log=str(log)))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--numprocesses", "2", "--rootdir", tmp_path, tmp_path],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'app'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    ran = [line.split() for line in log.read_text().splitlines()]
    assert len(ran) == 30
    assert len({worker for name, worker in ran if name != "test_alone"}) == 1
    assert len({worker for _, worker in ran}) == 2
