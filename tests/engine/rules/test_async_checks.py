"""Asynchronous rules: shown, dropped when stale, following the row; and what a server makes of them."""

import asyncio

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from clientforms import AsyncValidationMixin, ClientForm, ClientFormSet, TargetError, UserCodeError
from clientforms.changes import CodeFailed, PendingChanged, VerdictChanged
from tests.engine.builders import changes_of, type_into
from tests.engine.loops import apart, run
from tests.engine.oracle import assert_same_form_verdict


class Service:
    """A service that answers when the test says so."""

    def __init__(self):
        self.asked = []
        self._waiting = {}

    async def taken(self, name):
        self.asked.append(name)
        future = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(name, []).append(future)
        return await future

    async def answer(self, name, taken):
        await turn()
        for future in self._waiting.pop(name):
            if not future.done():
                future.set_result(taken)
        await turn()

    def cancelled(self, name):
        return all(future.cancelled() for future in self._waiting.get(name, ()))


async def turn():
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


service = Service()


class MemberForm(AsyncValidationMixin, forms.Form):
    name = forms.CharField(min_length=2)
    email = forms.EmailField(required=False)

    async def clean_name(self):
        name = self.cleaned_data["name"]
        if await service.taken(name):
            raise ValidationError(f"{name} is taken.", code="taken")
        return name.upper()


class PairForm(AsyncValidationMixin, forms.Form):
    left = forms.CharField()
    right = forms.CharField()

    async def clean(self):
        if await service.taken(f"{self.cleaned_data['left']}+{self.cleaned_data['right']}"):
            raise ValidationError("The pair is taken.")


MemberFormSet = forms.formset_factory(MemberForm, extra=3, can_delete=True)


@pytest.fixture(autouse=True)
def _fresh_service():
    service.__init__()


def pending(live):
    return changes_of(live, PendingChanged)


class TestOneForm:
    def test_an_answer_is_shown_and_the_cleaned_value_is_taken(self):
        async def scenario():
            live = ClientForm(MemberForm)
            said = pending(live)
            type_into_form(live, name="james")
            assert live.is_pending()
            assert said == [PendingChanged(live.keys[0], ("name",))]
            await service.answer("james", True)
            assert not live.is_pending()
            assert said[1:] == [PendingChanged(live.keys[0], ())]
            assert live.errors == {"name": ["james is taken."]}
            assert live.errors.as_data()["name"][0].code == "taken"
            type_into_form(live, name="nora")
            assert live.errors == {}
            await service.answer("nora", False)
            assert live.cleaned_data["name"] == "NORA"
            assert live.is_valid()

        run(scenario)

    def test_a_value_that_the_field_refuses_is_not_asked_about(self):
        async def scenario():
            live = ClientForm(MemberForm)
            type_into_form(live, name="j")
            assert not live.is_pending()
            assert service.asked == []

        run(scenario)

    def test_an_answer_that_came_too_late_is_dropped(self):
        async def scenario():
            live = ClientForm(MemberForm)
            type_into_form(live, name="james")
            await turn()
            type_into_form(live, name="nora")
            await turn()
            assert service.cancelled("james")
            assert service.asked == ["james", "nora"]
            await service.answer("nora", False)
            assert live.errors == {}

        run(scenario)

    def test_a_rule_that_goes_on_after_its_cancellation_changes_nothing(self):
        class Stubborn(AsyncValidationMixin, forms.Form):
            name = forms.CharField()

            async def clean_name(self):
                name = self.cleaned_data["name"]
                try:
                    await service.taken(name)
                except asyncio.CancelledError:
                    raise ValidationError("Too late.") from None
                return name

        async def scenario():
            live = ClientForm(Stubborn)
            type_into_form(live, name="james")
            await turn()
            type_into_form(live, name="nora")
            await turn()
            await service.answer("nora", False)
            assert live.errors == {}

        run(scenario)

    def test_the_same_value_is_asked_about_once(self):
        async def scenario():
            live = ClientForm(MemberForm)
            type_into_form(live, name="james")
            await service.answer("james", True)
            type_into_form(live, email="nonsense")
            live.validate()
            await turn()
            assert service.asked == ["james"]
            assert live.errors["name"] == ["james is taken."]

        run(scenario)

    def test_clean_is_asked_once_the_whole_form_has_no_error(self):
        async def scenario():
            live = ClientForm(PairForm)
            type_into_form(live, left="a")
            assert not live.is_pending()
            type_into_form(live, right="b")
            assert live.is_pending()
            await service.answer("a+b", True)
            assert live.non_field_errors() == ["The pair is taken."]
            type_into_form(live, right="c")
            await service.answer("a+c", False)
            assert live.is_valid()

        run(scenario)

    def test_validators_are_registered_per_field(self):
        async def free(value):
            if await service.taken(value):
                raise ValidationError("Taken.")

        class Registered(AsyncValidationMixin, forms.Form):
            name = forms.CharField(required=False)
            async_validators = {"name": [free, free]}

        async def scenario():
            live = ClientForm(Registered)
            type_into_form(live, name="a")
            await service.answer("a", True)
            await service.answer("a", True)
            assert live.errors == {"name": ["Taken.", "Taken."]}
            type_into_form(live, name="")
            await turn()
            assert service.asked == ["a", "a"]

        run(scenario)

    def test_validators_for_a_field_that_is_not_there_are_named(self):
        class Wrong(AsyncValidationMixin, forms.Form):
            name = forms.CharField()
            async_validators = {"nane": []}

        def ask():
            with pytest.raises(TargetError, match=r"Wrong\.async_validators names 'nane'"):
                ClientForm(Wrong).validate()

        apart(ask)

    def test_the_verdict_waits_for_the_answers(self):
        async def scenario():
            live = ClientForm(MemberForm)
            verdicts = changes_of(live, VerdictChanged)
            live.input(live.keys[0], {"name": ["james"]})
            assert live.validate() is False
            assert verdicts == []
            await service.answer("james", False)
            assert verdicts == [VerdictChanged(True)]

        run(scenario)

    def test_avalidate_waits(self):
        async def scenario():
            live = ClientForm(MemberForm)
            live.input(live.keys[0], {"name": ["james"]})
            verdict = asyncio.ensure_future(live.avalidate())
            await service.answer("james", False)
            assert await verdict is True

        run(scenario)

    def test_a_rule_that_fails_is_told_and_mended_by_another_value(self):
        class Broken(AsyncValidationMixin, forms.Form):
            name = forms.CharField()

            async def clean_name(self):
                if self.cleaned_data["name"] == "boom":
                    raise KeyError("no such service")
                return self.cleaned_data["name"]

        async def scenario():
            live = ClientForm(Broken)
            failures = changes_of(live, CodeFailed)
            type_into_form(live, name="boom")
            await turn()
            assert "clean_name" in failures[0].message
            with pytest.raises(UserCodeError):
                live.is_valid()
            type_into_form(live, name="fine")
            await turn()
            assert live.is_valid()

        run(scenario)

    def test_cancelled_checks_never_answer(self):
        async def scenario():
            live = ClientForm(MemberForm)
            type_into_form(live, name="james")
            await turn()
            live.cancel_checks()
            await turn()
            assert service.cancelled("james")
            assert not live.is_pending()

        run(scenario)


class TestFormset:
    def test_an_answer_follows_its_row_after_a_removal(self):
        async def scenario():
            live = ClientFormSet(MemberFormSet, prefix="m")
            for index, name in enumerate(["ann", "ben", "cid"]):
                type_into(live, index, name=name)
            await turn()
            live.remove_form(1)
            assert service.asked == ["ann", "ben", "cid"]
            await turn()
            assert service.cancelled("ben")
            await service.answer("cid", True)
            await service.answer("ann", False)
            assert [form.errors for form in live.forms] == [{}, {"name": ["cid is taken."]}]

        run(scenario)

    def test_an_answer_follows_its_row_after_a_move(self):
        async def scenario():
            live = ClientFormSet(MemberFormSet, prefix="m")
            for index, name in enumerate(["ann", "ben", "cid"]):
                type_into(live, index, name=name)
            live.move(2, 0)
            await service.answer("ann", True)
            await service.answer("ben", False)
            await service.answer("cid", False)
            assert [form.errors for form in live.forms] == [{}, {"name": ["ann is taken."]}, {}]

        run(scenario)

    def test_a_removed_row_that_comes_back_is_asked_about_again(self):
        async def scenario():
            live = ClientFormSet(MemberFormSet, prefix="m")
            type_into(live, 1, name="ben")
            await turn()
            live.remove_form(1)
            live.undo()
            await service.answer("ben", True)
            assert live.forms[1].errors == {"name": ["ben is taken."]}

        run(scenario)

    def test_blank_and_deleted_rows_are_not_asked_about(self):
        async def scenario():
            live = ClientFormSet(MemberFormSet, prefix="m", initial=[{"name": "ann"}])
            live.remove_form(0)
            live.validate()
            await turn()
            assert service.asked == []
            assert live.is_valid()

        run(scenario)

    def test_the_formsets_own_clean_is_asked_last(self):
        class Base(AsyncValidationMixin, forms.BaseFormSet):
            async def clean(self):
                names = [form.cleaned_data.get("name") for form in self.forms]
                if await service.taken(",".join(filter(None, names))):
                    raise ValidationError("The list is taken.")

        async def scenario():
            class Plain(forms.Form):
                name = forms.CharField()

            live = ClientFormSet(forms.formset_factory(Plain, formset=Base, extra=2), prefix="m")
            type_into(live, 0, name="a")
            await turn()
            type_into(live, 1, name="b")
            await service.answer("a,b", True)
            assert live.non_form_errors() == ["The list is taken."]
            type_into(live, 1, name="c")
            assert live.non_form_errors() == []
            await service.answer("a,c", False)
            assert live.is_valid()

        run(scenario)

    @settings(deadline=None)
    @given(
        operations=st.lists(
            st.sampled_from(["add", "remove", "move", "undo", "answer", "type"]), max_size=12
        ),
        numbers=st.lists(st.integers(0, 30), min_size=12, max_size=12),
    )
    def test_answers_are_always_about_what_the_row_holds(self, operations, numbers):
        async def scenario():
            service.__init__()
            live = ClientFormSet(MemberFormSet, prefix="m")
            for operation, number in zip(operations, numbers, strict=False):
                await self.do(live, operation, number)
            for name in list(service._waiting):
                await service.answer(name, name.startswith("b"))
            for row in live._rows:
                answer = row.checks.answers.get("name")
                held = row.values.get("__prefix__-name", [""])[0]
                if answer and row.form and "name" in row.form.errors and len(held) > 1:
                    assert row.form.errors["name"] == [f"{held} is taken."]
                    assert held.startswith("b")

        run(scenario)

    async def do(self, live, operation, number):
        count = len(live)
        match operation:
            case "add":
                live.add_another()
            case "remove" if count:
                live.remove_form(number % count)
            case "move" if count:
                live.move(number % count, (number // 3) % count)
            case "undo":
                live.undo()
            case "type" if count:
                type_into(live, number % count, name=["ann", "ben", "bob", "x", ""][number % 5])
            case "answer" if service._waiting:
                name = sorted(service._waiting)[number % len(service._waiting)]
                await service.answer(name, name.startswith("b"))
        await turn()


class TestOnAServer:
    def test_the_synchronous_part_is_djangos(self):
        form = MemberForm({"name": "james", "email": "nonsense"})
        assert form.errors == {"email": ["Enter a valid email address."]}
        assert form.cleaned_data == {"name": "james"}
        assert service.asked == []

        def without_a_loop():
            live = ClientForm(MemberForm)
            live.set_data({"name": "james"})
            assert live.is_valid()
            assert_same_form_verdict(live)

        apart(without_a_loop)

    def test_ais_valid_asks_all_rules(self):
        async def scenario():
            form = MemberForm({"name": "james"})
            verdict = asyncio.ensure_future(form.ais_valid())
            await service.answer("james", True)
            assert await verdict is False
            assert form.errors == {"name": ["james is taken."]}

        run(scenario)

    def test_ais_valid_of_a_formset(self):
        class Base(AsyncValidationMixin, forms.BaseFormSet):
            async def clean(self):
                if await service.taken("set"):
                    raise ValidationError("No.")

        async def scenario():
            members = forms.formset_factory(MemberForm, formset=Base)
            data = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "james"}
            formset = members(data)
            verdict = asyncio.ensure_future(formset.ais_valid())
            await service.answer("james", False)
            await service.answer("set", True)
            assert await verdict is False
            assert formset.non_form_errors() == ["No."]
            assert formset.forms[0].cleaned_data == {"name": "JAMES", "email": ""}

        run(scenario)

    def test_a_subclass_may_go_back_to_a_synchronous_rule(self):
        class Plain(MemberForm):
            def clean_name(self):
                return self.cleaned_data["name"].lower()

        assert Plain.async_cleaners == {}
        assert Plain({"name": "James"}).is_valid()


def type_into_form(live, **values):
    for name, value in values.items():
        live.input(live.keys[0], {name: [value]})
        live.validate_field(live.keys[0], name)
