"""Where an order is received."""

from django.http import HttpResponse
from django.urls import path
from django.views.generic import RedirectView
from orders.views import order

THANKS = '<!doctype html><link rel="icon" href="data:,"><p>Danke!</p>'

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="order")),
    path("order/", order, name="order"),
    path("thanks/", lambda request: HttpResponse(THANKS), name="thanks"),
]
