"""Addresses of the orders."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.OrderList.as_view(), name="orders"),
    path("new/", views.OrderCreate.as_view(), name="order-new"),
    path("<int:pk>/", views.OrderUpdate.as_view(), name="order-edit"),
    path("<int:pk>/sent/", views.toggle, name="order-toggle"),
    path("<int:pk>/delete/", views.delete, name="order-delete"),
    path("<int:pk>/attachment/", views.attachment, name="order-attachment"),
    path("voucher/", views.voucher, name="voucher"),
]
