from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from . import actions, reads, registry


@require_safe
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show how far a job is; once it is over, go where its result is, or where it can be mended."""
    page = reads.job_page(actor=request.actor, job_id=job_id)
    is_part = request.headers.get("HX-Request") == "true"
    if (page.state == "done" or page.result) and (way := registry.way_of(page.kind, page.result)):
        return HttpResponse(headers={"HX-Redirect": way}) if is_part else redirect(way)
    context = {"page": page, "words": registry.words_of(page.kind)}
    return render(request, "jobs/panel.html" if is_part else "jobs/job.html", context)


@require_POST
def cancellation(request: HttpRequest, job_id: UUID) -> HttpResponse:
    actions.cancel_job(actor=request.actor, job_id=job_id, at=now())
    return redirect("job", job_id=job_id)
