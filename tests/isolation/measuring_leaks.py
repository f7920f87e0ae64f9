"""Places of KPIs that mutants weaken: function, expression, what stands in its place, and where an observer sees it."""

from collections.abc import Mapping
from typing import Any

from consortio.attachments import reads as attachments
from consortio.kpis import reads as kpis
from consortio.kpis import waiting as kpis_waiting

LEAKS: Mapping[str, tuple[Any, ...]] = {
    "readings of others among what waits": (
        kpis_waiting._asking,
        "access.visible(actor, Reading).filter(is_new | is_ours, circle__in=circles, kpi__retired_at=None)",
        "_all(Reading).filter(kpi__retired_at=None)",
        "/partnerships/<partnership_id>",
    ),
    "files beside readings that fewer see": (
        attachments.files_beside,
        'access.visible(actor, Attachment).filter(subject_id=OuterRef("pk"), withdrawn_at=None)',
        '_all(Attachment).filter(subject_id=OuterRef("pk"), withdrawn_at=None)',
        "/kpis/<kpi_id>",
    ),
    "evidence that fewer see": (
        attachments.evidence_on,
        "access.visible(actor, Attachment).filter(subject_id__in=subject_ids, withdrawn_at=None)",
        "_all(Attachment).filter(subject_id__in=subject_ids, withdrawn_at=None)",
        "/api/v1/readings/<reading_id>/evidence",
    ),
    "KPIs that fewer see, and how they went": (
        kpis._kpis,
        "access.visible(actor, Kpi).filter(circle__partnership=partnership_id)",
        "_anybodys(actor, Kpi).filter(circle__partnership=partnership_id)",
        "/api/v1/kpis",
    ),
    "words on readings that fewer see": (
        kpis._holding,
        "access.visible(actor, Reading).filter(kpi=kpi_id)",
        "_all(Reading).filter(kpi__circle__partnership__isnull=False)",
        "/kpis/<kpi_id>",
    ),
}
