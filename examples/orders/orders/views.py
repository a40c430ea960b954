"""The pages of the example: orders with their lines, vouchers, and small actions in the list."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.messages.views import SuccessMessageMixin
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, ListView, UpdateView

from clientforms.server.views import ClientFormSetMixin, once, respond, respond_fragment

from .forms import LineFormSet, OrderForm
from .models import Order
from .vouchers import VoucherForm


class OrderList(LoginRequiredMixin, ListView):
    """All orders."""

    queryset = Order.objects.prefetch_related("lines__product")


class OrderCreate(ClientFormSetMixin, LoginRequiredMixin, SuccessMessageMixin, CreateView):
    """A new order with its lines."""

    model = Order
    form_class = OrderForm
    formset_classes = {"lines": LineFormSet}
    success_url = reverse_lazy("orders")
    success_message = gettext_lazy("Order %(number)s is saved.")


class OrderUpdate(ClientFormSetMixin, LoginRequiredMixin, SuccessMessageMixin, UpdateView):
    """An order that is stored."""

    model = Order
    form_class = OrderForm
    formset_classes = {"lines": LineFormSet}
    success_url = reverse_lazy("orders")
    success_message = gettext_lazy("Order %(number)s is saved.")


@login_required
@once
def voucher(request):
    """Redeem a voucher: a function view, and a form whose Python stays on the server."""
    form = VoucherForm(request.POST or None)
    if form.is_valid():
        order = form.save()
        said = _("Order %(number)s gets a discount of %(percent)d %%.")
        messages.success(request, said % {"number": order.number, "percent": order.discount})
    return respond(request, form, template_name="orders/voucher.html", redirect_to="voucher")


@require_POST
@login_required
def toggle(request, pk):
    """Say that an order was sent, or that it was not."""
    order = get_object_or_404(Order, pk=pk)
    order.is_sent = not order.is_sent
    order.save(update_fields=["is_sent"])
    said = _("Order %(number)s was sent.") if order.is_sent else _("Order %(number)s is open.")
    messages.info(request, said % {"number": order.number})
    context = {"order": order}
    return respond_fragment(
        request, "orders/_order.html", context, redirect_to="orders", undo=request.path
    )


@require_POST
@login_required
def delete(request, pk):
    """Delete an order with its lines."""
    order = get_object_or_404(Order, pk=pk)
    order.delete()
    messages.info(request, _("Order %(number)s is deleted.") % {"number": order.number})
    return respond_fragment(request, redirect_to="orders")


@login_required
def attachment(request, pk):
    """Send an order's file, always as a download: whoever uploaded it may have meant a page."""
    order = get_object_or_404(Order, pk=pk)
    if not order.attachment:
        raise Http404
    return FileResponse(order.attachment.open(), as_attachment=True)
