"""The first law, same verdict as Django, after random sequences of operations."""

from hypothesis import HealthCheck, Phase, settings

from tests.engine.machine import Edits

TestEdits = Edits.TestCase
TestEdits.settings = settings(
    max_examples=200,
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)
