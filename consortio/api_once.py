"""POST with an Idempotency-Key: done once, and answered alike however often it is asked. See `accounts.replies`."""

import hashlib
import json
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now

from consortio.access.gate import writing
from consortio.access.middleware import refuse
from consortio.accounts import replies

HEADER = "Idempotency-Key"
LENGTH_MAX = 255
Do = Callable[[], HttpResponse]


class _NotDone(Exception):
    """Carries a refusal out of the transaction that it undoes."""

    def __init__(self, answer: HttpResponse) -> None:
        self.answer = answer


def done_once(request: HttpRequest, do: Do) -> HttpResponse:
    """Do what is asked for, or answer as it was answered when it was done. Without the header it is simply done."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return do()
    if not 0 < len(key) <= LENGTH_MAX or not (key.isascii() and key.isprintable()):
        says = f"Send 1 to {LENGTH_MAX} visible ASCII characters, another key for each thing to be done."
        return refuse(request, 422, says, errors=[(HEADER, says)])
    body_hash = _hash_of_body(request)
    asked = replies.Asked(request.actor, request.method, request.get_full_path(), key, body_hash)
    try:
        own = replies.claim(asked, now())
        return _answer(own) if isinstance(own, replies.Answered) else _do(asked, own, do)
    except replies.OtherBody:
        return refuse(request, 422, "This key was used with another body.", errors=[(HEADER, "used with another body")])
    except replies.UnderWay:
        return refuse(request, 409, "A call with this key is under way: ask again in a moment.", retry_after=1)
    except replies.SeatsChanged:
        return refuse(request, 409, "This was done before; your seats have changed since, so read what is there now.")


def _do(asked: replies.Asked, own: replies.UUID, do: Do) -> HttpResponse:
    """Act and keep the answer in one transaction. A refusal undoes both, and leaves the key as good as new."""
    is_kept = False
    try:
        with writing(asked.actor):
            answer = do()
            if answer.status_code >= 400:
                raise _NotDone(answer)
            replies.keep(asked, own, replies.Answered(answer.status_code, tuple(answer.items()), answer.content))
        is_kept = True
        return answer
    except _NotDone as refusal:
        return refusal.answer
    finally:
        if not is_kept:
            replies.let_go(asked, own)


def _answer(kept: replies.Answered) -> HttpResponse:
    return HttpResponse(kept.content, status=kept.status, headers=dict(kept.headers))


def _hash_of_body(request: HttpRequest) -> str:
    """Return a hash of what was sent. Of a form it is that of its fields: whatever parts them differs with each try."""
    digest = hashlib.sha256((request.content_type or "").encode())
    for piece in _form(request) if request.content_type == "multipart/form-data" else [request.body]:
        digest.update(hashlib.sha256(piece).digest())
    return digest.hexdigest()


def _form(request: HttpRequest) -> Iterator[bytes]:
    yield json.dumps(sorted((name, values) for name, values in request.POST.lists())).encode()
    for name, file in sorted(request.FILES.items()):
        yield json.dumps([name, file.name, file.size]).encode()
        yield from file.chunks()
        file.seek(0)
