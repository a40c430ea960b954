from django.contrib import admin
from django.urls import path
from quirks import views

urlpatterns = [
    path("", views.home),
    path("mail/", views.mail),
    path("network/", views.network),
    path("thread/", views.thread),
    path("broken/", views.broken),
    path("typed/", views.typed),
    path("script/", views.script),
    path("data/", views.data),
    path("long/", views.long),
    path("late/", views.late),
    path("awaited/", views.awaited),
    path("waiting/", views.waiting),
    path("entries/", views.entries),
    path("admin/", admin.site.urls),
]
