from django.urls import path

from . import house_views, member_views, views

OF_MEMBERS = "partnerships/<uuid:partnership_id>/members"
OF_MEMBER = f"{OF_MEMBERS}/<uuid:organisation_id>"
OF_INVITATION = "partnerships/<uuid:partnership_id>/invitations/<uuid:invitation_id>"

urlpatterns = [
    path("invitations/<str:token>", views.invitation, name="invitation"),
    path("invitation", views.waiting, name="invitation_waiting"),
    path("invitation/<uuid:invitation_id>", views.mine, name="invitation_mine"),
    path(OF_MEMBERS, member_views.members, name="members"),
    path(f"{OF_MEMBERS}/part", member_views.part, name="part"),
    path(f"{OF_MEMBERS}/seating", member_views.seating, name="seating"),
    path(f"{OF_MEMBERS}/unseating", member_views.unseating, name="unseating"),
    path(f"{OF_MEMBERS}/organisation", member_views.organisation_inviting, name="organisation_inviting"),
    path(f"{OF_MEMBERS}/person", member_views.person_inviting, name="person_inviting"),
    path(f"{OF_INVITATION}/resending", member_views.resending, name="invitation_resending"),
    path(f"{OF_INVITATION}/withdrawal", member_views.withdrawal, name="invitation_withdrawal"),
    path(f"{OF_INVITATION}/link", member_views.link, name="invitation_link"),
    path(f"{OF_MEMBER}/suspension", member_views.suspension, name="suspension"),
    path(f"{OF_MEMBER}/reinstatement", member_views.reinstatement, name="reinstatement"),
    path("partnerships/<uuid:partnership_id>/leaving", member_views.leaving, name="leaving"),
    path("partnerships/<uuid:partnership_id>/leaving/withdrawal", member_views.staying, name="staying"),
    path("organisations/<uuid:organisation_id>", house_views.organisation, name="organisation"),
    path("organisations/<uuid:organisation_id>/name", house_views.organisation_name, name="organisation_name"),
    path("organisations/<uuid:organisation_id>/fiscal-year", house_views.fiscal_year, name="fiscal_year"),
    path("people/<uuid:person_id>", house_views.person, name="person"),
    path("people/<uuid:person_id>/name", house_views.person_name, name="person_name"),
]
