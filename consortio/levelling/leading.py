"""Who is needed when is reached from the plan's pages."""

from django.utils.translation import gettext as _

from consortio.plans.leading import lead_on

lead_on("plan_load", lambda: _("Who is needed when"), sign="people", order=3)
