from desk.reset import reset
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView
from django.views.i18n import set_language
from django.views.static import serve

handler500 = "desk.responses.server_error"

urlpatterns = [
    path("", TemplateView.as_view(template_name="home.html"), name="home"),
    path("reset/", reset, name="reset"),
    path("admin/", admin.site.urls),
    path("accounts/", include("desk.account_urls")),
    path("books/", include("library.urls")),
    path("loans/", include("library.date_urls")),
    path("queries/", include("library.query_urls")),
    path("bank/", include("bank.urls")),
    path("desk/", include("desk.urls")),
    path("language/", set_language, name="set_language"),
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
]
