from django.urls import path

from . import queries

urlpatterns = [path(f"{view.__name__.replace('_', '-')}/", view) for view in queries.VIEWS]
