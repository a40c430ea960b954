from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path

urlpatterns = [
    path("login/", auth_views.LoginView.as_view(), name="login"),
    path("todo/", include("todo.urls", namespace="todo")),
    path("wiki/", include("wakawaka.urls")),
    path("admin/", admin.site.urls),
]
