"""The admin of the example."""

from django.contrib import admin

from .models import Line, Order, Product


class LineInline(admin.TabularInline):
    """Lines, in their order."""

    model = Line


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    """Orders with their lines."""

    inlines = [LineInline]


admin.site.register(Product)
