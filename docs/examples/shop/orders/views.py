"""Receives orders, from a page of this project or from the static one."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from .forms import OrderForm, OrderLineFormSet

ORIGINS = {"http://127.0.0.1:8001", "https://shop.example.org"}


@csrf_exempt  # a static page has no token: see where it comes from instead
def order(request):
    if request.method == "POST" and request.headers.get("Origin") not in ORIGINS:
        return HttpResponse("This page may not post here.", status=403)
    form = OrderForm(request.POST or None)
    lines = OrderLineFormSet(request.POST or None)
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        lines.instance = form.save()
        lines.save()
        return redirect("thanks")
    return render(request, "orders/order.html", {"form": form, "lines": lines})
