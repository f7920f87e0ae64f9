from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor

from .models import Import
from .words import Named, name_rows


def _imports(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    return {pk: Named(name) for pk, name in access.visible(actor, Import).filter(pk__in=ids).values_list("pk", "name")}


name_rows("record.import", _lazy("a file"), _imports)
