"""Addresses of the example."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("django.contrib.auth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("clientforms/", include("clientforms.server.urls")),
    path("", include("orders.urls")),
]
