"""التسجيل في مؤتمر: من اليمين إلى اليسار، ورسائل Django بالعربية."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError


class RegistrationForm(forms.Form):
    DAYS = [("1", "اليوم الأول"), ("2", "اليوم الثاني"), ("3", "اليوم الثالث")]

    name = forms.CharField(label="الاسم الكامل", max_length=60)
    email = forms.EmailField(label="البريد الإلكتروني", widget=forms.EmailInput({"dir": "ltr"}))
    born = forms.DateField(
        label="تاريخ الميلاد", widget=forms.DateInput({"type": "date"}), required=False
    )
    days = forms.MultipleChoiceField(
        label="أيام الحضور", choices=DAYS, widget=forms.CheckboxSelectMultiple
    )

    def clean_born(self):
        born = self.cleaned_data["born"]
        if born and born > date.today():
            raise ValidationError("هذا التاريخ في المستقبل.")
        return born


class GuestForm(forms.Form):
    name = forms.CharField(label="اسم المرافق", max_length=60)
    age = forms.IntegerField(label="العمر", min_value=0, max_value=120)


GuestFormSet = forms.formset_factory(GuestForm, extra=1, max_num=4, can_delete=True)
