"""What any page may ask about the demo world. It costs nothing until a template calls it."""

from typing import Any

from django.http import HttpRequest

from . import reads


def demo(request: HttpRequest) -> dict[str, Any]:
    """Add `is_of_demo()` to the context of every page."""

    def is_of_demo() -> bool:
        actor = getattr(request, "actor", None)
        return actor is not None and actor.person_id is not None and reads.is_of_demo(actor=actor)

    return {"is_of_demo": is_of_demo}
