"""What stands round every page: where one is, where one can go, whom one acts for. Only what exists is shown."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    return {}
