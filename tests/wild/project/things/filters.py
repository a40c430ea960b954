import django_filters

from .models import Thing


class ThingFilter(django_filters.FilterSet):
    cost = django_filters.RangeFilter(field_name="price")

    class Meta:
        model = Thing
        fields = {"name": ["icontains"], "price": ["lt", "gt"], "bought": ["exact"]}


ThingFilterForm = ThingFilter().get_form_class()
