"""Formsets in the rows of a formset."""

from django import forms


class LessonForm(forms.Form):
    topic = forms.CharField()
    minutes = forms.TypedChoiceField(choices=[(45, "45"), (90, "90")], coerce=int)


LessonFormSet = forms.formset_factory(LessonForm, extra=1, can_delete=True)


class CourseForm(forms.Form):
    title = forms.SlugField()


class BaseCourseFormSet(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        data = form.data if form.is_bound else None
        form.lessons = LessonFormSet(data=data, prefix=f"{form.prefix}-lessons")


CourseFormSet = forms.formset_factory(CourseForm, formset=BaseCourseFormSet, extra=1)
