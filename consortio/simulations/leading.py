"""The simulation of a plan is reached from the plan's pages."""

from django.utils.translation import gettext as _

from consortio.plans.leading import lead_on

lead_on("plan_simulation", lambda: _("How likely the dates are"), sign="goal", order=1)
