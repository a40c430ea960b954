from django.utils import timezone


class OpeningHours:
    """Gives each request an attribute, and each answer a header."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.opening_hours = "10 to 18"
        response = self.get_response(request)
        response["X-Opening-Hours"] = request.opening_hours
        return response

    def process_view(self, request, view_func, view_args, view_kwargs):
        request.view_name = view_func.__name__

    def process_exception(self, request, exception):
        if isinstance(exception, ZeroDivisionError):
            from .responses import lines

            return lines(request, "The middleware caught it", str(exception), status=503)


class TimeZone:
    """Shows times as the session says."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if name := request.session.get("time_zone"):
            with timezone.override(name):
                return self.get_response(request)
        return self.get_response(request)
