"""The URL for questions from pages. Include it with `path("clientforms/", include("clientforms.server.urls"))`."""

from __future__ import annotations

from django.urls import path

from clientforms.server.answer_view import answer_view

app_name = "clientforms"
urlpatterns = [path("answers/", answer_view, name="answers")]
