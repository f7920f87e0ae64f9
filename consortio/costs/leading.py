"""What a plan costs, and what was earned for it, is reached from the plan's pages."""

from django.utils.translation import gettext as _

from consortio.plans.leading import lead_on

lead_on("plan_value", lambda: _("Cost and earned value"), sign="money", order=4)
