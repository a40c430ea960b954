from django.contrib.auth import get_user_model, login
from django.http import HttpResponse, HttpResponseRedirect


def home(request):
    user = request.user
    return HttpResponse(f"<h1>{user.number if user.is_authenticated else 'Nobody'}</h1>")


def join(request):
    member = get_user_model().objects.create_user("ann", password="open sesame", number=42)
    login(request, member)
    return HttpResponseRedirect("/")
