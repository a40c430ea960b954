from django.urls import path

from . import moves, views

urlpatterns = [
    path("", views.accounts, name="accounts"),
    path("transfer/", views.transfer),
    path("rolled-back/", views.rolled_back),
    path("nested/", views.nested),
    path("on-commit/", views.on_commit),
    path("atomic-view/", views.atomic_view),
    path("non-atomic-view/", views.non_atomic_view),
    path("locked/", views.locked),
    path("debt/", views.debt),
    path("by-hand/", views.by_hand),
    path("migrations/", moves.shown, name="migrations"),
    path("migrations/check/", moves.check),
    path("migrations/to/", moves.migrate),
    path("migrations/sql/", moves.sql),
]
