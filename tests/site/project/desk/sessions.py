"""What a session keeps."""

from datetime import timedelta

from django import forms
from django.contrib.sessions.models import Session
from django.shortcuts import redirect, render

from .responses import action, lines

STEPS = [
    type("Name", (forms.Form,), {"name": forms.CharField()}),
    type("Size", (forms.Form,), {"size": forms.IntegerField(max_value=50)}),
    type("Sure", (forms.Form,), {"is_sure": forms.BooleanField()}),
]


def count(request):
    times = request.session["count"] = request.session.get("count", 0) + 1
    return lines(request, "Count", f"{times} times")


def flush(request):
    if request.method == "POST":
        request.session.flush()
        return redirect("/desk/session/count/")
    return lines(request, "Flush", actions=[action("Flush", request.path)])


def expiry(request):
    session = request.session
    said = [session.get_expire_at_browser_close(), session.get_expiry_age()]
    session.set_expiry(300)
    said.append(session.get_expiry_age())
    session.set_expiry(0)
    said.append(session.get_expire_at_browser_close())
    session.set_expiry(timedelta(days=1))
    said.append(round(session.get_expiry_age() / 60))
    session["kept"] = True
    if request.method == "POST":
        session.set_expiry(-1)  # is over as soon as it is stored
    actions = [action("End", request.path)]
    return lines(request, "Expiry", *said, f"again: {session.get('count')}", actions=actions)


def cycle(request):
    request.session["word"] = "kept"
    before = request.session.session_key
    if request.method == "POST":
        request.session.cycle_key()
    said = [request.session["word"], before != request.session.session_key]
    return lines(request, "Cycle", *said, actions=[action("Cycle", request.path)])


def store(request):
    """Values that JSON keeps, and changes within them."""
    tree = request.session.setdefault("tree", {"leaves": []})
    tree["leaves"].append(len(tree["leaves"]))
    request.session.modified = True
    stored = Session.objects.filter(session_key=request.session.session_key)
    kept = stored[0].get_decoded().get("tree") if stored else None
    return lines(request, "Store", tree["leaves"], kept)


def wizard(request, step=1):
    """Three steps, whose answers the session keeps."""
    answers = request.session.setdefault("answers", {})
    if step > len(STEPS):
        return lines(request, "Done", *(f"{key}: {answers[key]}" for key in sorted(answers)))
    if step > 1 and "name" not in answers:
        return redirect("wizard", step=1)
    form = STEPS[step - 1](request.POST or None, initial=answers)
    if request.method == "POST" and form.is_valid():
        answers.update(form.cleaned_data)
        request.session.modified = True
        return redirect("wizard", step=step + 1)
    return render(
        request, "desk/wizard.html", {"form": form, "title": f"Step {step}", "step": step}
    )
