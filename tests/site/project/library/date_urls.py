"""Loans by date: every date view."""

from django.urls import path
from django.views.generic.dates import (
    ArchiveIndexView,
    DateDetailView,
    DayArchiveView,
    MonthArchiveView,
    TodayArchiveView,
    WeekArchiveView,
    YearArchiveView,
)

from .models import Loan
from .views_today import lend_today

loans = {"model": Loan, "date_field": "day", "template_name": "library/loans.html"}

urlpatterns = [
    path("", ArchiveIndexView.as_view(**loans), name="loans"),
    path("today/", TodayArchiveView.as_view(allow_empty=True, **loans), name="today"),
    path("today/lend/", lend_today),
    path("<int:year>/", YearArchiveView.as_view(make_object_list=True, **loans)),
    path("<int:year>/<int:month>/", MonthArchiveView.as_view(month_format="%m", **loans)),
    path("<int:year>/week/<int:week>/", WeekArchiveView.as_view(week_format="%W", **loans)),
    path("<int:year>/<str:month>/<int:day>/", DayArchiveView.as_view(**loans)),
    path("<int:year>/<str:month>/<int:day>/<int:pk>/", DateDetailView.as_view(**loans)),
]
