"""The benchmark of many pages that ask, run with few: it compares our bytes with those of whole forms."""

import os
import re
import subprocess
import sys

from tests.conftest import ROOT


def test_ours_are_at_most_a_fifth_of_the_bytes_of_whole_forms():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", "--sockets", "2", "--seconds", "3"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
        capture_output=True,
        text=True,
        timeout=180,
    )
    said = done.stdout
    assert done.returncode == 0, said + done.stderr
    ours = float(re.search(r"bytes for a change: (\d+)", said)[1])
    there, back = map(int, re.search(r"(\d+) bytes there, (\d+) back", said).groups())
    assert there > 100  # each name with its value
    assert back > 2000  # and the HTML of each control
    assert 0 < ours <= (there + back) / 5
