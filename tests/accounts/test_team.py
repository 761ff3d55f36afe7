"""The team of an authority, and the commands for people."""

import pytest
from sqlalchemy import select

from participation.access.team import open_invitations, team_of
from participation.accounts.models import Person
from participation.accounts.queries import person_by_email
from participation.commands.users import user_group
from participation.interfaces import Role
from participation.kernel.db import db


@pytest.fixture
def tenant(world):
    return world.tenant(name="Stadt Musterau")


def is_in(client) -> bool:
    return client.get("/-/settings").status_code == 200


@pytest.mark.requirement("RA-3-27")
def test_somebody_is_invited_by_mail_and_gets_the_role_with_the_link(world, app, client, tenant, post, letters):
    admin = world.staff(tenant, Role.TENANT_ADMIN)
    world.log_in(client, admin)
    answer = post(client, f"/{tenant.slug}/-/team", email="neu@uebung.example", role="moderator", procedure="0")
    assert answer.location == f"/{tenant.slug}/-/team?done=invited"
    assert "neu@uebung.example" in client.get(f"/{tenant.slug}/-/team").get_data(as_text=True)
    [(to, subject, link)] = letters()
    assert (to, subject) == ("neu@uebung.example", "Einladung zur Mitarbeit")
    guest = app.test_client()
    assert post(guest, link, name="Neue Kraft", password="zu kurz").status_code == 422
    assert post(guest, link, name="Neue Kraft", password="drei bunte Kiesel").status_code == 302
    assert is_in(guest)
    assert {(row.name, row.role) for row in team_of(tenant.id)} >= {("Neue Kraft", "moderator")}
    assert open_invitations(tenant.id) == []
    assert app.test_client().get(link).status_code == 410


def test_an_invitation_of_one_authority_is_refused_by_another(world, client, tenant, post, letters):
    world.log_in(client, world.staff(tenant, Role.TENANT_ADMIN))
    post(client, f"/{tenant.slug}/-/team", email="neu@uebung.example", role="manager", procedure="0")
    link = letters()[0][2]
    assert client.get(link.replace(tenant.slug, world.tenant().slug)).status_code == 410


def test_a_role_may_hold_for_one_procedure_only(world, app, client, tenant, post, letters):
    procedure, foreign = world.procedure(tenant), world.procedure()
    world.log_in(client, world.staff(tenant, Role.TENANT_ADMIN))
    team = f"/{tenant.slug}/-/team"
    on = {"email": "neu@uebung.example", "role": "moderator"}
    assert post(client, team, **on, procedure=str(foreign.id)).status_code == 422
    assert post(client, team, **on | {"role": "operator"}, procedure="0").status_code == 422
    post(client, team, **on, procedure=str(procedure.id))
    post(app.test_client(), letters()[0][2], name="Neue Kraft", password="drei bunte Kiesel")
    viewer = world.viewer(person_by_email("neu@uebung.example"))
    assert viewer.roles_at(tenant.id) == frozenset()
    assert viewer.roles_at(tenant.id, procedure.id) == {Role.MODERATOR}


def test_whoever_has_an_account_keeps_the_password_when_accepting(world, app, client, tenant, post, letters):
    known = world.person()
    before = known.password_hash
    world.log_in(client, world.staff(tenant, Role.TENANT_ADMIN))
    post(client, f"/{tenant.slug}/-/team", email=known.email, role="editor", procedure="0")
    post(app.test_client(), letters()[0][2], name="Anderer Name", password="drei bunte Kiesel")
    db.session.expire_all()
    assert known.password_hash == before
    assert world.viewer(known).roles_at(tenant.id) == {Role.EDITOR}


def test_taking_a_role_back_ends_every_log_in_of_the_person(world, app, client, tenant, press):
    staff = world.staff(tenant, Role.MODERATOR)
    working = app.test_client()
    world.log_in(working, staff, staff=True)
    world.log_in(client, world.staff(tenant, Role.TENANT_ADMIN))
    team = f"/{tenant.slug}/-/team"
    grant = next(row for row in team_of(tenant.id) if row.person_id == staff.id)
    assert press(client, team, f"{team}/{grant.grant_id}/take").status_code == 302
    assert not is_in(working)
    assert all(row.person_id != staff.id for row in team_of(tenant.id))


def test_a_role_of_another_authority_is_out_of_reach(world, client, tenant, press):
    other = world.tenant()
    world.staff(other, Role.MANAGER)
    world.log_in(client, world.staff(tenant, Role.TENANT_ADMIN))
    team, grant = f"/{tenant.slug}/-/team", team_of(other.id)[0]
    assert press(client, team, f"{team}/{grant.grant_id}/take").status_code == 404
    assert team_of(other.id) == [grant]


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.MANAGER, Role.EDITOR, None])
def test_only_the_administration_of_the_portal_sees_the_team(world, client, tenant, role):
    world.log_in(client, world.staff(tenant, role) if role else world.person())
    assert client.get(f"/{tenant.slug}/-/team").status_code == 403


def test_an_operator_is_made_on_the_command_line(runner, app):
    wish = ["create-operator", "betrieb@uebung.example", "--password", "drei bunte Kiesel"]
    result = runner.invoke(user_group, wish)
    assert result.exit_code == 0, result.output
    person = db.session.scalars(select(Person)).one()
    assert (person.is_operator, person.has_account) == (True, True)
    refused = runner.invoke(user_group, ["create-operator", "a@uebung.example", "--password", "passwort123"])
    assert refused.exit_code == 1


def test_roles_are_given_and_taken_on_the_command_line(world, runner, tenant):
    person = world.person()
    on = [person.email, "manager", "--tenant", tenant.slug]
    assert runner.invoke(user_group, ["grant", *on]).exit_code == 0
    assert [row.role for row in team_of(tenant.id)] == ["manager"]
    assert runner.invoke(user_group, ["take", *on]).exit_code == 0
    assert team_of(tenant.id) == []
    assert runner.invoke(user_group, ["grant", "nobody@uebung.example", *on[1:]]).exit_code == 1


def test_blocking_and_unblocking_on_the_command_line(world, client, runner, post):
    person = world.person()
    world.log_in(client, person)
    assert runner.invoke(user_group, ["block", person.email]).exit_code == 0
    db.session.expire_all()
    assert not is_in(client)
    assert post(client, "/-/log-in", email=person.email, password=world.password).status_code == 422
    assert runner.invoke(user_group, ["unblock", person.email]).exit_code == 0
    db.session.expire_all()
    assert post(client, "/-/log-in", email=person.email, password=world.password).status_code == 302


def test_an_invitation_goes_out_from_the_command_line(runner, tenant, letters):
    wish = ["invite", "neu@uebung.example", "manager", "--tenant", tenant.slug]
    assert runner.invoke(user_group, wish).exit_code == 0
    assert letters()[0][0] == "neu@uebung.example"
