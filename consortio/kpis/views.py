"""KPIs and their readings."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from consortio.ui.shell import stand_in

from . import reads


@require_safe
def kpis(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show every KPI of a partnership."""
    page = reads.dictionary(actor=request.actor, partnership_id=partnership_id, today=localdate())
    stand_in(request, partnership_id)
    return render(request, "kpis/kpis.html", {"page": page})


@require_safe
def kpi(request: HttpRequest, kpi_id: UUID) -> HttpResponse:
    page = reads.kpi_page(actor=request.actor, kpi_id=kpi_id, today=localdate())
    stand_in(request, page.partnership.id)
    return render(request, "kpis/kpi.html", {"page": page})


@require_safe
def reading(request: HttpRequest, reading_id: UUID) -> HttpResponse:
    row, kpi, here = reads.reading_row(actor=request.actor, reading_id=reading_id)
    stand_in(request, here.id)
    return render(request, "kpis/reading.html", {"row": row, "kpi": kpi})
