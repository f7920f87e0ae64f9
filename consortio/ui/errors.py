"""How a refusal looks: one calm page for each status, which says what to do next and that nothing is lost."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from .look import look_of

STATUSES = (400, 403, 404, 405, 409, 412, 413, 422, 428, 429, 500, 503)


def answer(
    request: HttpRequest,
    status: int,
    *,
    text: str = "",
    title: str = "",
    retry_after: int | None = None,
    sign_in: str = "",
    written: Sequence[str] = (),
) -> HttpResponse:
    """
    Return the page of a refusal.

    The page of 404 says nothing of the address but what `sign_in` repeats of it, so that *not there* and *not yours*
    are the same bytes; it carries no script and no form, hence no nonce and no token either.

    Args:
        text: the sentence of the refusal, already in the reader's language; it is escaped.
        title: another heading than that of the status.
        retry_after: seconds, for 429 and 503.
        sign_in: for 404, where somebody who is nobody yet signs in.
        written: for 404, the texts of a form that was not taken.
    """
    name = f"ui/errors/{status}.html" if status in STATUSES else "ui/errors/500.html"
    # Without the request: what stands round a page costs queries, and the database may be what fails.
    context = {
        "text": text,
        "heading": title,
        "retry_after": retry_after,
        "look": look_of(request),
        "sign_in": sign_in,
        "written": written,
        "above": _above(request.path) if status == 405 else "/",
    }
    page = render_to_string(name, context)
    response = HttpResponse(page, status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def _above(path: str) -> str:
    """Return the nearest address above this one that is one of ours: what only takes a form belongs to its page."""
    while path := path.rpartition("/")[0]:
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return "/"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old: the page stood open for long, or cookies are switched off."""
    text = _("This form is too old, or your browser keeps no cookies. Load the page again; nothing has changed.")
    return answer(request, 403, text=text, title=_("The form was not taken"))
