from django import forms
from django.utils.translation import gettext as _

from consortio.record.reads import parse_cursor

CURSOR_MAX = 4000  # some eighty circles


class SeenForm(forms.Form):
    upto = forms.CharField(required=False, max_length=CURSOR_MAX)

    def clean_upto(self) -> str:
        upto: str = self.cleaned_data["upto"]
        try:
            parse_cursor(upto)
        except ValueError:
            raise forms.ValidationError(
                _("Send back what the page gave as “upto”, or nothing for all that is there.")
            ) from None
        return upto
