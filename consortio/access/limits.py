"""What is refused before it is read: bodies that are too large for anything, and addresses that no text has."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .middleware import refuse

BODY_MAX = 81 * 2**20  # bytes: the largest plan file, and what a form says beside it
NUL = ("%00", "\0")


class LimitsMiddleware:
    """A JSON body has a lower limit of its own (`DATA_UPLOAD_MAX_MEMORY_SIZE`), and so has each form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or len(length) > 15:
            return refuse(request, 400)
        if int(length) > BODY_MAX:
            response = refuse(request, 413, f"At most {BODY_MAX // 2**20} MB are taken.")
            response["Connection"] = "close"  # what is still coming is not waited for
            return response
        if any(nul in request.META.get("QUERY_STRING", "") or nul in request.path_info for nul in NUL):
            return refuse(request, 400)
        return self.get_response(request)
