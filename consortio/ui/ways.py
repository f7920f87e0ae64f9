"""Where somebody is led after they have done something."""


def own_address(asked: str, otherwise: str) -> str:
    """Return an address of ours to go to next; what leads elsewhere is not followed."""
    is_ours = asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable()
    return asked if is_ours else otherwise
