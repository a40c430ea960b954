"""Orders: the list, and one form with its lines."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import ListView

from .forms import LineFormSet, OrderForm
from .models import Order


class OrderList(LoginRequiredMixin, ListView):
    """All orders."""

    model = Order
    ordering = ["number"]


@login_required
def edit(request, pk=None):
    """A new order, or one that there is, with its lines."""
    order = get_object_or_404(Order, pk=pk) if pk else Order()
    data = (request.POST or None, request.FILES or None)
    form = OrderForm(*data, instance=order)
    lines = LineFormSet(*data, instance=order, prefix="lines")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        with transaction.atomic():
            form.save()
            lines.save()
        messages.success(request, f"Order {order.number} is saved.")
        return redirect("orders")
    return render(request, "orders/order_form.html", {"form": form, "lines": lines})
