"""Organisations that have said on which day they leave, have left when it is over."""

from consortio.jobs.periodic import Clock, every_minute
from consortio.partnerships.actions import end_membership
from consortio.partnerships.reads import leaving_due


@every_minute
def let_leave(clock: Clock) -> None:
    for membership_id, ends_at in leaving_due(clock()):
        end_membership(membership_id=membership_id, ends_at=ends_at, at=clock())
