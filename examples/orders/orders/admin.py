"""The admin of the example, as it is without clientforms."""

from django.contrib import admin

from .models import Line, Order, Product


class LineInline(admin.TabularInline):
    """The lines of an order."""

    model = Line
    extra = 1


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    """Orders with their lines."""

    inlines = [LineInline]
    list_display = ["number", "customer", "day", "is_sent"]


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    """Products, and what is in stock."""

    list_display = ["name", "code", "stock"]
