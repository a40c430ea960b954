"""Addresses of the orders."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.OrderList.as_view(), name="orders"),
    path("new/", views.edit, name="order-new"),
    path("<int:pk>/", views.edit, name="order-edit"),
]
