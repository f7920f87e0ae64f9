"""The risks of a plan are reached from the plan's pages."""

from django.utils.translation import gettext as _

from consortio.plans.leading import lead_on

lead_on("risks", lambda: _("Risks"), sign="risk", order=2)
