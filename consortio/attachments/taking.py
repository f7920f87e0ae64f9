"""Taking evidence that was sent with something else, or by itself: what pages of other features share."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from consortio.access import Invalid, Refused
from consortio.access.middleware import refuse

from . import evidence
from .forms import EvidenceForm


def taken_by_itself(request: HttpRequest, circle_id: UUID, subject_id: UUID, back: str) -> HttpResponse:
    """Keep the file of a form that asks for nothing else, and go back to where the row is shown."""
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return refuse(request, 422, " ".join(str(fault) for faults in form.errors.values() for fault in faults))
    try:
        keep(request, circle_id, subject_id, form.cleaned_data["file"])
    except Refused as refusal:
        return refuse(request, 422 if isinstance(refusal, Invalid) else 409, str(refusal))
    messages.success(request, _("The file was added."))
    return redirect(back)


def keep(request: HttpRequest, circle_id: UUID, subject_id: UUID, file: Any) -> UUID:
    """Keep a file that was sent. Raises: as `bring_evidence`."""
    own: Mapping[str, Any] = {"circle_id": circle_id, "subject_id": subject_id}
    if fault := evidence.fault_of(file.size):
        raise Invalid("file", fault)
    return evidence.bring_evidence(actor=request.actor, name=file.name or "file", content=file.read(), at=now(), **own)


def keep_beside(request: HttpRequest, circle_id: UUID, subject_id: UUID, file: Any) -> None:
    """Keep a file that came with something that was taken already: where it is refused, the next page says so."""
    try:
        keep(request, circle_id, subject_id, file)
    except Refused as refusal:
        messages.error(request, _("What you said was kept, its file was not: %(why)s") % {"why": refusal})
