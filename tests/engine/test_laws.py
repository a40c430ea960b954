"""The first law, same verdict as Django, after random sequences of operations.

`make test` runs as many sequences as fit into 24 seconds, `make laws` two thousand.
"""

import os
import time

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.engine.machine import Edits

CHUNK = 25
SECONDS = 24
RUNS = int(os.environ.get("CLIENTFORMS_LAWS", "0"))
SETTINGS = settings(
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)


def test_same_verdict_as_django_after_any_sequence_of_operations():
    """In chunks, so that a slow machine runs fewer sequences and none is cut short."""
    if RUNS:
        run_state_machine_as_test(Edits, settings=settings(SETTINGS, max_examples=RUNS))
        return
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        run_state_machine_as_test(Edits, settings=settings(SETTINGS, max_examples=CHUNK))
