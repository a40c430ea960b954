import django_filters

from .models import Thing


class ThingFilter(django_filters.FilterSet):
    class Meta:
        model = Thing
        fields = {"name": ["icontains"], "price": ["lt", "gt"], "bought": ["exact"]}


ThingFilterForm = ThingFilter().get_form_class()
