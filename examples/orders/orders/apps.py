"""The app of the example, and which of its forms are live."""

from django.apps import AppConfig


def is_logged_in(request):
    """Whether answers are for this request: the pages with these forms need a log-in, too."""
    return request.user.is_authenticated


class OrdersConfig(AppConfig):
    """Registers the forms."""

    name = "orders"

    def ready(self):
        from clientforms.server import register

        from . import forms, vouchers

        register(forms.OrderForm, has_permission=is_logged_in)
        register(forms.LineFormSet, has_permission=is_logged_in)
        # Its rules are secret, so its Python stays on the server.
        register(vouchers.VoucherForm, packed=False, has_permission=is_logged_in)
