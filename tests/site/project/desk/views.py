"""What requests carry, and what answers say."""

from datetime import UTC, datetime
from decimal import Decimal
from json import loads

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_GET, require_POST

from .responses import action, lines


def middle(request):
    return render(request, "desk/middle.html")


def say_all(request):
    """Say something on every level, and on one of its own."""
    if request.method == "POST":
        messages.set_level(request, messages.DEBUG)
        for level in ("debug", "info", "success", "warning", "error"):
            getattr(messages, level)(request, f"This is {level}.")
        messages.add_message(request, 35, "Between", extra_tags="special")
        return redirect("arrived")
    return lines(request, "Say", actions=[action("Say all", request.path)])


def say_later(request):
    messages.info(request, "Said earlier.")
    messages.debug(request, "Not shown at this level.")
    return redirect("/desk/messages/none/")


def show_none(request):
    return HttpResponse('<title>None</title><p>Nothing</p><a href="/desk/arrived/">On</a>')


def csrf(request):
    if request.method == "POST":
        return lines(request, "Passed", request.POST.get("word"))
    return render(request, "desk/csrf.html")


@csrf_exempt
def exempt(request):
    return lines(request, "Exempt", request.method, request.POST.get("word"))


def redirects(request):
    paths = {
        "See other": "/desk/see-other/",
        "Same method": "/desk/same-method/",
        "Hop": "/desk/hop/4/",
        "Relative": "/desk/relative/deep/",
        "Fragment": "/desk/fragment/",
    }
    return lines(request, "Redirects", actions=[action(text, paths[text]) for text in paths])


def hop(request, left):
    return redirect("hop", left=left - 1) if left else redirect("arrived")


def relative(request):
    return HttpResponseRedirect("../../arrived/?by=relative")


def to_fragment(request):
    return HttpResponseRedirect("/desk/middle/#second")


def see_other(request):
    return HttpResponse(status=303, headers={"Location": "/desk/arrived/?by=303"})


def same_method(request):
    return redirect("arrived", preserve_request=True)


def arrived(request):
    return lines(request, "Arrived", f"{request.method} {request.get_full_path()}")


def query(request):
    given = request.GET
    said = [f"{name}: {given.getlist(name)}" for name in given]
    made = QueryDict(mutable=True)
    made.setlist("word", ["Käse & Brot", "a=b", "50 %", "+"])
    said.append(made.urlencode())
    return render(request, "desk/query.html", {"lines": said, "again": made.urlencode()})


def posted(request):
    """Say what was posted, and how; the form has controls that a browser leaves out."""
    if request.method == "POST":
        said = [f"{name}: {request.POST.getlist(name)}" for name in sorted(request.POST)]
        kind = request.content_type
        return lines(request, "Posted", kind, *(each for each in said if "csrf" not in each))
    return render(request, "desk/post.html")


def modules(request):
    """Show what module scripts say, which import each other."""
    return render(request, "desk/modules.html", {"title": "Modules", "lines": ["nothing"]})


@require_GET
def only_get(request):
    return lines(request, "Only GET", actions=[action("Post", request.path)])


@require_POST
def only_post(request):
    return lines(request, "Only POST")


class Listed(View):
    http_method_names = ["post", "options"]

    def post(self, request):
        return lines(request, "Listed")


def status(request, code):
    return lines(request, "Status", code, status=code)


def raising(request, name):
    errors = {
        "404": Http404("No such volume."),
        "403": PermissionDenied("You have no key."),
        "400": SuspiciousOperation("Odd"),
        "500": RuntimeError("A view that raises"),
        "503": ZeroDivisionError("divided"),
    }
    raise errors[name]


def json(request):
    when = datetime(2024, 2, 29, 12, 30, tzinfo=UTC)
    return JsonResponse({"words": ["Käse", "<b>"], "price": Decimal("1.50"), "when": when})


def echo(request):
    """Say what a script has sent."""
    said = {
        "method": request.method,
        "query": request.META["QUERY_STRING"],
        "requested_with": request.headers.get("X-Requested-With"),
        "body": loads(request.body) if request.body else None,
    }
    return JsonResponse(said)


def text(request):
    return HttpResponse("<b>not bold</b>\nsecond line", content_type="text/plain; charset=utf-8")


async def in_async(request):
    """An async view, in a synchronous handler."""
    user = await request.auser()
    return HttpResponse(f"<title>Async</title><p>Said by {user}</p>")


def meta(request):
    said = [
        request.method,
        request.path,
        request.META["QUERY_STRING"],
        request.opening_hours,
        request.view_name,
        request.resolver_match.route,
        request.headers.get("X-Requested-With"),
        bool(request.get_host()),
        request.accepts("text/html"),
    ]
    return lines(request, "Meta", *said)


def changed_at(request):
    return datetime(2024, 1, 1, tzinfo=UTC)


@condition(etag_func=lambda request: '"first"', last_modified_func=changed_at)
def fresh(request):
    count = request.session["fresh"] = request.session.get("fresh", 0) + 1
    return lines(request, "Fresh", f"made {bool(count)}")


def cookies(request):
    if request.method == "POST":
        response = redirect("/desk/cookies/show/")
        response.set_cookie("plain", "sugar")
        response.set_cookie("hidden", "honey", httponly=True, max_age=3600)
        response.set_cookie("elsewhere", "salt", path="/books/")
        response.set_signed_cookie("signed", "syrup", salt="kitchen")
        return response
    return lines(request, "Cookies", actions=[action("Bake", request.path)])


def show_cookies(request):
    if request.method == "POST":
        response = redirect("/desk/cookies/show/")
        response.delete_cookie("plain")
        return response
    said = [f"{name}: {request.COOKIES.get(name)}" for name in ("plain", "hidden", "elsewhere")]
    said.append(f"signed: {request.get_signed_cookie('signed', None, salt='kitchen')}")
    return lines(request, "In the jar", *said, actions=[action("Eat", request.path)])


def stamped(request):
    return HttpResponse(f"<title>Stamped</title><p id='stamp'>{cache_count('stamped')}</p>")


def cache_count(name):
    cache.add(name, 0)
    return cache.incr(name)


def cached(request):
    said = [str(cache_count("count")), str(cache.get("nothing", "default"))]
    cache.set_many({"a": 1, "b": [2]})
    said.append(str(cache.get_many(["a", "b", "c"])))
    cache.set("gone", 1, timeout=0)
    said.append(str(cache.get("gone")))
    said.append(str(cache.get_or_set("made", lambda: cache_count("makings"))))
    return lines(request, "Cache", *said)


def cached_part(request):
    return render(request, "desk/cached_part.html", {"count": lambda: cache_count("part")})


def formats(request):
    context = {"day": datetime(2024, 3, 5).date(), "number": Decimal("1234567.5")}
    context["words"] = [_("This field is required."), get_language(), ngettext("Day", "Days", 2)]
    return render(request, "desk/formats.html", context)


def page_words(request):
    """Show what the buttons of live forms say in a page, and a word of Django's admin."""
    return lines(request, "Words", *(f"{_(word)}" for word in ("Move up", "Save")))


def times(request):
    """Show a moment, in the time zone that the session names."""
    if request.method == "POST":
        request.session["time_zone"] = request.POST["zone"]
        return redirect("/desk/times/")
    moment = datetime(2024, 7, 1, 22, 30, tzinfo=UTC)
    context = {"moment": moment, "zone": timezone.get_current_timezone_name()}
    return render(request, "desk/times.html", context)


def markup(request):
    context = {"text": "<b>bold?</b> & co", "safe": format_html("<i>{}</i>", "<u>")}
    return render(request, "desk/markup.html", context)


def assets(request):
    return lines(request, "Assets")
