from club import views
from django.urls import path

urlpatterns = [path("", views.home), path("join/", views.join)]
