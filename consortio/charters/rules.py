"""What a charter has articles about, and which stage follows which."""

from collections.abc import Mapping

from .models import Phase

ARTICLES = (
    "purpose",
    "vision",
    "wants",
    "scope_in",
    "scope_out",
    "principles",
    "cadence",
    "sharing",
    "deciding",
    "disagreeing",
    "ending",
)
ARTICLE_MAX = 10_000  # characters

FOLLOWING: Mapping[str, tuple[str, ...]] = {
    Phase.EXPLORING: (Phase.DESIGNING, Phase.WINDING_DOWN),
    Phase.DESIGNING: (Phase.ACTIVE, Phase.WINDING_DOWN),
    Phase.ACTIVE: (Phase.RENEWING, Phase.WINDING_DOWN),
    Phase.RENEWING: (Phase.ACTIVE, Phase.WINDING_DOWN),
    Phase.WINDING_DOWN: (Phase.RENEWING, Phase.CLOSED),
    Phase.CLOSED: (),
}


def whole(articles: Mapping[str, str]) -> dict[str, str]:
    """Return a text for each article, an empty one where nothing is said."""
    return {name: articles.get(name, "").strip().replace("\r\n", "\n") for name in ARTICLES}
