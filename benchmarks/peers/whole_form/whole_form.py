"""The peer that renders the whole form for each change: a consumer of Channels for the example's orders.

`application` is the example's, but over a WebSocket it takes what the browser would post, and answers with HTML.
"""

from __future__ import annotations

import os

from channels.generic.websocket import WebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.http import QueryDict
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_asgi_application()


class WholeForm(WebsocketConsumer):
    """Validates the order with its lines, and renders all of it."""

    def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer with the HTML that takes the place of the form."""
        from orders.forms import LineFormSet, OrderForm

        posted = QueryDict(text_data or "")
        order = OrderForm(posted)
        lines = LineFormSet(posted, prefix="lines", instance=order.instance)
        self.send(f"{order.as_div()}{lines.as_div()}")


application = ProtocolTypeRouter(
    {"http": pages, "websocket": URLRouter([path("whole/", WholeForm.as_asgi())])}
)
