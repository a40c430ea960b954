"""Edge cases of Django's formsets that concern numbers: limits, and management forms not to trust."""

import pytest
from django import forms

from clientforms import ClientFormSet, DataError, LimitError
from tests.engine.builders import type_into
from tests.engine.oracle import assert_same_verdict
from tests.engine.test_edge_rows import Person, people, stored


class TestMinimum:
    """Django 10"""

    @pytest.mark.parametrize(
        ("initial", "minimum", "extra", "total"),
        [(0, 0, 2, 2), (0, 2, 1, 3), (1, 2, 1, 3), (3, 2, 1, 4), (0, 2, 0, 2)],
    )
    def test_the_rows_are_the_larger_of_initial_and_minimum_and_the_extras(
        self, initial, minimum, extra, total
    ):
        assert len(stored(*"abc"[:initial], min_num=minimum, extra=extra)) == total

    @pytest.mark.parametrize("validate_min", [False, True])
    def test_rows_below_it_may_not_stay_blank(self, validate_min):
        live = people(min_num=2, extra=1, validate_min=validate_min)
        assert [form.empty_permitted for form in live.forms] == [False, False, True]
        assert [bool(form.errors) for form in live.forms] == [True, True, False]
        assert_same_verdict(live)

    def test_a_row_that_slips_below_it_may_not_stay_blank_either(self):
        live = people("a", "b", "", min_num=2, extra=1)
        live.remove_form(1)
        assert live.forms[1].errors == {"name": ["This field is required."]}
        assert_same_verdict(live)

    def test_deleted_and_unchanged_extra_rows_do_not_count_for_it(self):
        live = stored("a", "b", min_num=2, extra=1, validate_min=True, can_delete=True)
        assert live.is_valid()  # unchanged initial rows do count
        type_into(live, 0, DELETE="on")
        assert live.non_form_errors() == ["Please submit at least 2 forms."]
        assert_same_verdict(live)
        type_into(live, 2, name="c")
        assert live.is_valid()
        assert_same_verdict(live)

    def test_no_button_goes_below_it(self):
        live = stored("a", "b", min_num=2, can_delete=True)
        with pytest.raises(LimitError, match="at least 2 forms"):
            live.remove_form(0)


class TestMaximum:
    """Django 11"""

    def test_without_validate_max_a_surplus_is_accepted(self):
        live = people("a", "b", "c", max_num=2)
        assert live.is_valid()
        assert_same_verdict(live)

    def test_with_it_blank_rows_count_too(self):
        live = people("a", "b", "", max_num=2, validate_max=True)
        assert live.non_form_errors() == ["Please submit at most 2 forms."]
        assert_same_verdict(live)

    def test_so_blank_rows_at_the_end_are_dropped_before_submitting(self):
        live = people("a", "", "b", "", "", max_num=3, validate_max=True)
        live.in_page.drop_surplus()
        assert live.is_valid()
        assert [row.get("name") for row in live.cleaned_data] == ["a", None, "b"]
        assert_same_verdict(live)

    @pytest.mark.parametrize("options", [{}, {"validate_max": True}])
    def test_nothing_else_is_dropped(self, options):
        """Neither what somebody typed nor a row that is within the limit."""
        live = stored("a", "b", "c", max_num=2, **options)
        type_into(live, 2, name="")
        before = live.post_data()
        live.in_page.drop_surplus()
        assert live.post_data() == before
        within = people("a", "", max_num=3, validate_max=True)
        within.in_page.drop_surplus()
        assert len(within) == 2

    def test_a_wrong_count_comes_before_the_formsets_own_rule(self):
        asked = []

        class Asked(forms.BaseFormSet):
            def clean(self):
                asked.append(len(self.forms))

        live = people("a", "b", "c", formset=Asked, max_num=2, validate_max=True)
        assert not live.is_valid()
        live.remove_form(2)
        assert live.is_valid()
        assert 3 not in asked
        assert asked[-1] == 2

    def test_initial_rows_past_it_are_all_shown_and_no_extras(self):
        live = stored("a", "b", "c", max_num=2, extra=2)
        assert len(live) == 3
        with pytest.raises(LimitError, match="max_num is 2"):
            live.add_another()
        assert live.is_valid()
        assert_same_verdict(live)


class TestAbsoluteMaximumAndTampering:
    """Django 12"""

    def test_is_a_thousand_past_the_maximum_where_nothing_is_said(self):
        assert people(max_num=2).absolute_max == 1002
        assert people().absolute_max == 2000

    def test_what_django_would_drop_is_not_taken_from_a_script(self):
        live = people("a", max_num=1, absolute_max=2)
        before = live.post_data()
        with pytest.raises(DataError, match="3 forms are more than absolute_max, which is 2"):
            live.set_data([{"name": name} for name in "abc"])
        assert live.post_data() == before

    def test_initial_rows_past_it_are_shown_and_told_with_djangos_sentence(self):
        """Django shows them too, and says so when they come back."""
        live = stored("a", "b", "c", max_num=1, absolute_max=2)
        assert len(live) == 3
        assert live.non_form_errors() == ["Please submit at most 1 form."]
        assert_same_verdict(live)
        type_into(live, 2, name="")
        assert live.validate() is False

    POSTED = {"form-INITIAL_FORMS": "0", "form-0-name": "a", "form-1-name": "b"}

    def test_without_a_total_the_rows_are_counted(self):
        """Django refuses to guess about a stranger's POST; a script's data is the user's own."""
        live = people()
        assert live.set_data(self.POSTED)
        assert live.post_data()["form-TOTAL_FORMS"] == ["2"]
        assert_same_verdict(live)

    @pytest.mark.parametrize("total", ["abc", "-1", "", "1.5", []])
    def test_a_total_that_is_no_number_of_forms_is_told(self, total):
        """Django has no forms then, which would throw away what was typed."""
        live = people("kept")
        with pytest.raises(DataError, match=r"form-TOTAL_FORMS is .*: give the number of forms"):
            live.set_data(self.POSTED | {"form-TOTAL_FORMS": total})
        assert [row["name"] for row in live.cleaned_data] == ["kept"]

    @pytest.mark.parametrize("total", [" 2 ", "+2", "2.0", ["1", "2"]])
    def test_a_total_that_django_reads_is_read(self, total):
        live = people()
        assert live.set_data(self.POSTED | {"form-TOTAL_FORMS": total})
        assert len(live) == 2
        assert_same_verdict(live)

    def test_more_initial_forms_than_forms_are_accepted_and_all_are_initial(self):
        live = ClientFormSet(forms.formset_factory(Person))
        posted = self.POSTED | {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "5"}
        assert live.set_data(posted)
        assert live.initial_form_count() == 2
        assert [form.empty_permitted for form in live.forms] == [False, False]
        assert_same_verdict(live)
        assert live.add_another() == 2
        assert_same_verdict(live)
