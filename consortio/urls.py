"""Every address of the hub."""

from django.urls import include, path

from consortio import api_late

handler400 = "consortio.access.middleware.not_understood"
handler403 = "consortio.access.middleware.not_permitted"
handler404 = "consortio.access.middleware.missing"
handler429 = "consortio.accounts.views.too_often"
handler500 = "consortio.access.middleware.failed"

urlpatterns = [
    path("", include("consortio.overview.urls")),
    path("", include("consortio.accounts.urls")),
    path("", include("consortio.partnerships.urls")),
    path("", include("consortio.circles.urls")),
    path("", include("consortio.approvals.urls")),
    path("", include("consortio.invitations.urls")),
    path("", include("consortio.charters.urls")),
    path("", include("consortio.kpis.urls")),
    path("", include("consortio.goals.urls")),
    path("", include("consortio.forecasts.urls")),
    path("", include("consortio.remarks.urls")),
    path("", include("consortio.imports.urls")),
    path("", include("consortio.results.urls")),
    path("", include("consortio.plans.urls")),
    path("", include("consortio.risks.urls")),
    path("", include("consortio.simulations.urls")),
    path("", include("consortio.levelling.urls")),
    path("", include("consortio.costs.urls")),
    path("", include("consortio.commitments.urls")),
    path("", include("consortio.decisions.urls")),
    path("", include("consortio.notices.urls")),
    path("", include("consortio.jobs.urls")),
    path("", include("consortio.attachments.urls")),
    path("", include("consortio.record.urls")),
    path("", include("consortio.demo.urls")),
    path("", include("consortio.ui.urls")),
    path("api/v1/openapi.json", api_late.openapi, name="openapi"),
    path("api/v1/docs", api_late.docs, name="api_docs"),
    api_late.addresses,
]
