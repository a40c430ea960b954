"""Answers that many views give."""

from django.shortcuts import render

__all__ = ["action", "lines", "server_error"]


def lines(request, title, *texts, actions=(), status=200):
    """Answer with a list of lines, and with buttons that post."""
    context = {"title": title, "lines": texts, "actions": actions}
    return render(request, "lines.html", context, status=status)


def action(text, url):
    return {"text": text, "url": url, "id": text.lower().replace(" ", "-")}


def server_error(request):
    """Answer for a view that has raised something."""
    return render(request, "500.html", status=500)
