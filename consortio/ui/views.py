from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from .look import CHOICES, cookie, languages

YEAR = 365 * 24 * 3600


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the look that was asked for in cookies, and go back to where the reader was."""
    asked = {cookie(name): request.POST.get(name, "") for name in CHOICES if request.POST.get(name) in CHOICES[name]}
    if request.POST.get("language") in dict(languages()):
        asked[settings.LANGUAGE_COOKIE_NAME] = request.POST["language"]
    response = HttpResponseRedirect(_way_back(request))
    for name, value in asked.items():
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


def _way_back(request: HttpRequest) -> str:
    way = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(way, allowed_hosts=None, require_https=request.is_secure())
    return way if safe and way.startswith("/") else "/"
