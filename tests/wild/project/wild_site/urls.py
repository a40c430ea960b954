"""The URLs that widgets and templates of the catalogue's packages look up."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

_INCLUDED = {
    "accounts/": "allauth.urls",
    "select2/": "django_select2.urls",
    "tinymce/": "tinymce.urls",
    "markdownx/": "markdownx.urls",
}

urlpatterns = [
    path("admin/", admin.site.urls),
    *(
        path(place, include(module))
        for place, module in _INCLUDED.items()
        if find_spec(module.partition(".")[0])
    ),
]
