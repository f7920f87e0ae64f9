"""How risks are called, in the language of whoever looks."""

from django.utils.translation import gettext as _

from .models import RiskKind, RiskState


def kind_words(kind: str) -> str:
    return {RiskKind.EVENT: _("event"), RiskKind.DRIVER: _("driver")}[RiskKind(kind)]


def state_words(state: str) -> str:
    return {RiskState.OPEN: _("open"), RiskState.OCCURRED: _("has occurred"), RiskState.CLOSED: _("closed")}[
        RiskState(state)
    ]
