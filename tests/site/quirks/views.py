import asyncio
import threading
import urllib.request

from django import forms
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.mail import send_mail
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template import Context, Engine
from django.utils.html import format_html

PAGE = """<!doctype html>
<html><head><title>{}</title></head><body><h1>{}</h1>{}</body></html>"""


def page(title, inside=""):
    return HttpResponse(format_html(PAGE, title, title, inside))


def home(request):
    return page("Home", format_html('<a href="/broken/">Broken</a> <a href="/long/">Long</a>'))


def mail(request):
    send_mail("Your order", "It is on its way.", "shop@example.org", ["ann@example.org"])
    return page("Sent")


def network(request):
    return HttpResponse(urllib.request.urlopen("http://example.org/").read())


def thread(request):
    threading.Thread(target=print).start()
    return page("Started")


def broken(request):
    Group.objects.create(name="half")
    raise ValueError("It is broken.")


def typed(request):
    if request.method == "POST":
        Group.objects.create(name=request.POST["name"])
        return HttpResponseRedirect("/typed/")
    names = ", ".join(Group.objects.values_list("name", flat=True))
    return page(
        "Typed",
        format_html(
            '<p id="names">{}</p><form id="search"><input name="q" id="q"></form>'
            '<form method="post" id="add"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<input name="name" id="name"><button>Add</button></form>',
            names,
            get_token(request),
        ),
    )


def script(request):
    return page(
        "Script",
        format_html(
            '<button onclick="this.textContent = &quot;Pressed&quot;">Press</button><output id="got"></output>'
            "<script>{}</script>",
            # format_html escapes it, and a script's text is not unescaped.
            format_html(
                "fetch(`/data/?by=fetch`).then((answer) => answer.json()).then((got) => {{"
                " const request = new XMLHttpRequest();"
                " request.open(`POST`, `/data/?by=xhr`);"
                " request.responseType = `json`;"
                " request.onload = () => {{ document.getElementById(`got`).textContent ="
                " [got.by, request.response.by, request.response.method, request.status, request.getResponseHeader(`x-quirk`)].join(); }};"
                " request.setRequestHeader(`X-CSRFToken`, `{}`);"
                " request.send(); }});",
                get_token(request),
            ),
        ),
    )


def data(request):
    answer = JsonResponse({"by": request.GET["by"], "method": request.method}, status=201)
    answer["X-Quirk"] = "seen"
    return answer


def long(request):
    lines = format_html("{}", "")
    for number in range(200):
        lines += format_html('<p id="line{}">Line {}</p>', number, number)
    return page("Long", lines + format_html('<a href="/">Home</a>'))


def late(request):
    import statistics  # which no page has before it is asked for

    return page(f"The mean is {statistics.mean([1, 3])}")


async def awaited(request):
    count = await Group.objects.acount()
    return page(f"There are {count + 0 * await _nothing()} groups")


async def _nothing():
    return 0


async def waiting(request):
    await asyncio.get_running_loop().create_future()  # which nobody ends
    return page("Waited")


class Entry(forms.ModelForm):
    """A permission, whose rules need what the view gives: its parent, and a word."""

    def __init__(self, *args, refused, **kwargs):
        super().__init__(*args, **kwargs)
        self.refused = refused

    def clean_name(self):
        name = self.cleaned_data["name"]
        parent = self.instance.content_type
        if name in (self.refused, parent.model):
            raise forms.ValidationError(f"Not {name} for {parent.app_label}.{parent.model}.")
        return name


class Listed(forms.BaseInlineFormSet):
    """Its rule needs what the view gives, too."""

    def __init__(self, *args, most, **kwargs):
        super().__init__(*args, **kwargs)
        self.most = most

    def clean(self):
        if len(self.forms) > self.most:
            raise forms.ValidationError(f"No more than {self.most}.")


LIVE = (
    "<title>Entries</title>{% load clientforms %}"
    "<form method='post'>{% csrf_token %}{% clientformset entries %}<button>Save</button></form>"
)
TAGS = {"clientforms": "clientforms.server.templatetags.clientforms"}


def entries(request):
    """Show a formset whose class is made here, and has no name to be imported by."""
    of = ContentType.objects.get_by_natural_key("auth", "group")
    made = forms.inlineformset_factory(
        ContentType, Permission, form=Entry, formset=Listed, fields=["name", "codename"], extra=0
    )
    shown = Permission.objects.filter(codename__in=["add_group", "view_group"])
    given = {"instance": of, "queryset": shown, "form_kwargs": {"refused": "nobody"}, "most": 3}
    formset = made(request.POST or None, prefix="entries", **given)
    if formset.is_valid():
        formset.save()
        return HttpResponseRedirect("/entries/")
    template = Engine(libraries=TAGS).from_string(LIVE)
    context = {"entries": formset, "csrf_token": get_token(request)}
    return HttpResponse(template.render(Context(context)))
