"""The troubles between a page and its server, as long as a file in the project's folder names one."""

import os
import time
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse


def trouble(get_response):
    """Answer a POST as the file `trouble` says: as a proxy whose server is gone, or late, or never."""
    file = Path(settings.BASE_DIR, "trouble")

    def answer(request):
        named = file.read_text() if request.method == "POST" and file.exists() else ""
        if named == "late":
            deadline = time.monotonic() + 60
            while file.exists() and time.monotonic() < deadline:
                time.sleep(0.05)
        elif named == "dies":
            get_response(request)
            file.unlink()
            os._exit(1)  # it is saved, and nobody is told so
        elif named:
            return HttpResponse("<html><h1>Bad Gateway</h1>", status=int(named))
        return get_response(request)

    return answer
