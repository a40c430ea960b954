"""With shortcuts off, every verdict and every byte of HTML is the same."""

from contextlib import nullcontext
from dataclasses import asdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from clientforms import ClientFormSet
from clientforms.engine.shortcuts import switch
from clientforms.errors import ClientFormsError
from tests.engine.generated import plans
from tests.engine.machine import Edits
from tests.engine.oracle import said
from tests.engine.test_laws import SETTINGS

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def both_ways(make):
    with switch.turned_off():
        slow = make()
    return make(), slow


@FEW
@given(plan=plans(), layout=st.sampled_from(["div", "p", "table", "ul"]), data=st.data())
def test_all_is_the_same_without_shortcuts(plan, layout, data):
    formset_class, told = plan.formset_class(), ([], [])
    valid = plan.valid_row()

    def make():
        return ClientFormSet(
            formset_class,
            prefix=plan.prefix,
            initial=plan.initial,
            form_kwargs={"greeting": "Dear"},
        )

    for live, changes in zip(lives := both_ways(make), told, strict=True):
        live.layout = layout
        live.subscribe(changes.extend)
    typed = {
        f"{name}{end}": data.draw(st.sampled_from(values))
        for name, field in plan.fields.items()
        if field.can_be_typed
        for end, values in field.kind.typed.items()
    }
    for live, way in zip(lives, (nullcontext, switch.turned_off), strict=True):
        with way():
            act(live, valid, typed)
    fast, slow = (seen(live, changes) for live, changes in zip(lives, told, strict=True))
    assert fast == slow


def act(live, valid, typed):
    """Do to a formset what any user may, as far as it can be done to it."""
    steps = (
        lambda: [live.add_another() for _ in range(6)],
        lambda: live.add_another(valid),
        lambda: live.input(live.keys[-1], under(live.prefix_of(len(live) - 1), typed)),
        lambda: live.remove_form(len(live) - 3),
        lambda: live.move(len(live) - 1, 0),
        lambda: live.duplicate(len(live) - 1),
        live.validate,
        live.undo,
    )  # fmt: skip
    for step in steps:
        if not live.keys and step is not steps[0]:
            return  # none may come in
        try:
            step()
        except ClientFormsError as error:
            live.add_error(None, str(error))


def under(prefix, typed):
    return {f"{prefix}-{name}": values for name, values in typed.items()}


def seen(live, changes):
    """All that a page, a script or a server could see of it."""
    return (
        live.render_rows(range(len(live))),
        live.post_data(),
        live.order,
        [said(live, name) for name in ("errors", "cleaned_data")],
        [(type(change), asdict(change)) for change in changes],
    )


def test_the_verdict_is_djangos_without_shortcuts():
    with switch.turned_off():
        run_state_machine_as_test(Edits, settings=settings(SETTINGS, max_examples=6))
