"""`consortio organisation`: what the operator does for a house that cannot help itself."""

import click

from consortio import serving_lock

from .server import database_answered, refused, setup, writing


@click.group()
def organisation() -> None:
    """Help an organisation that nobody can lead any more."""


@organisation.command("recover-lead")
@click.argument("organisation", metavar="ORGANISATION")
@click.argument("email")
def recover_lead(organisation: str, email: str) -> None:
    """
    Invite EMAIL to lead ORGANISATION, named by its name or id.

    The link goes there by mail, works once and for 14 days. All people of the house see that it was sent. Whoever runs this
    gets no right to read anything.
    """
    setup()
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.utils import timezone

    from consortio.invitations.actions import NoSuchOrganisation, recover_lead

    try:
        validate_email(email)
    except ValidationError:
        raise click.BadParameter(f"{email!r} is no address for mail.", param_hint="EMAIL") from None
    with refused(NoSuchOrganisation, serving_lock.InUse), database_answered(), writing():
        recover_lead(organisation=organisation, email=email, at=timezone.now())
    click.echo(f"An invitation to lead {organisation} goes to {email} within a minute of serving.")
