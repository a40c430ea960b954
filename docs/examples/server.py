"""A Django server, in one file, that receives what the built page posts: python server.py runserver"""

import sys
from pathlib import Path

from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

sys.path.insert(0, str(Path(__file__).resolve().parent))
from party import GuestFormSet

ALLOWED_ORIGINS = {"http://127.0.0.1:8001", "https://party.example.org"}

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for this example",
)


@csrf_exempt  # the page comes from a static host, which has no token to give
@require_POST
def receive(request):
    if request.headers.get("Origin") not in ALLOWED_ORIGINS:
        return HttpResponse("This page may not post here.", status=403)
    guests = GuestFormSet(request.POST, prefix="guests")
    if not guests.is_valid():
        return JsonResponse({"errors": guests.errors, "all": guests.non_form_errors()}, status=422)
    names = [form.cleaned_data["name"] for form in guests.forms if form.cleaned_data]
    return HttpResponse(f"Expecting {', '.join(names)}.", content_type="text/plain")


urlpatterns = [path("guests/", receive)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
