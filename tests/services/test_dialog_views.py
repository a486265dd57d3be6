"""What dialogs say before anybody presses: who may deny whom, what a deny would do, and when it is refused."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core import kinds
from bot.core.authorization import Refused
from bot.core.deny.policy_document import denied_names, denied_users
from bot.core.directory.next_step import ENTRA_KEEPS, DirectoryKind, NextStep
from bot.core.kinds import Role
from bot.core.reasons import Code
from bot.core.views import DialogState, DialogView
from bot.ports import StoredDialog
from bot.services.actions import dialogs
from bot.services.actions.dialog_views import view_of
from bot.slack.dialogs.dialog import dialog_view
from tests.services.denials import ASKER, Denials, denials
from tests.world import words


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        rules = replace(made.context.rules, responders=frozenset({"U1"}), admins=frozenset({"U9"}))
        yield replace(made, context=replace(made.context, rules=rules))


def shown(here: Denials, user: str, kind: kinds.Dialog = kinds.DENY, *, admin: bool = False) -> DialogView:
    dialog = StoredDialog(here.context.new_id(), kind, DialogState.READING, ASKER, query=user, admin=admin)
    return view_of(here.context, dialog)


def employee(here: Denials) -> str:
    user = here.org.add_user("eve@example.com", display_name="Eve", email="eve@example.com")
    here.org.assign(here.org.add_account("prod"), here.org.add_permission_set("ReadOnly"), "USER", user)
    return user


@pytest.mark.parametrize("kind", [kinds.DETAILS, kinds.DELETE])
def test_details_and_a_delete_tell_what_the_directory_does_next_with_a_leaver(
    here: Denials, kind: kinds.Dialog
) -> None:
    entra = replace(here, context=replace(here.context, directory_kind=DirectoryKind.ENTRA))
    leaver = here.org.add_user("lee@example.com")
    here.org.set_status(leaver, "DISABLED")
    next_step = shown(entra, leaver, kind, admin=True).next_step
    assert next_step == NextStep(DirectoryKind.ENTRA, here.context.directory.user(leaver).updated_at + ENTRA_KEEPS)
    assert shown(here, leaver, kind, admin=True).next_step == NextStep(None)
    local = here.org.add_user("kim@example.com", scim=False)
    here.org.set_status(local, "DISABLED")
    assert shown(entra, local, kind, admin=True).next_step is None


def test_a_responder_may_not_deny_somebody_who_is_not_disabled(here: Denials) -> None:
    view = shown(here, employee(here))
    assert view.state is DialogState.REFUSED
    assert "Only admins" in view.message


def test_an_admin_may_and_has_to_give_a_reason(here: Denials) -> None:
    view = shown(here, employee(here), admin=True)
    assert view.state is DialogState.READY
    assert view.needs_reason
    assert [item.covered for item in view.cover] == [True]


def test_a_reason_is_asked_for_before_such_a_deny_or_any_lift_is_stored(here: Denials) -> None:
    roles = frozenset({Role.ADMIN, Role.RESPONDER})
    opened = dialogs.open_dialog(here.context, kinds.DENY, ASKER, roles, query=employee(here))
    assert isinstance(opened, StoredDialog)
    view = view_of(here.context, opened)
    here.context.store.set_dialog(replace(opened, state=view.state, user=view.user))
    assert isinstance(dialogs.submit(here.context, opened.id, "U9", roles, reason="  "), dialogs.MissingReason)
    stored = dialogs.submit(here.context, opened.id, "U9", roles, reason="stolen laptop")
    assert not isinstance(stored, (dialogs.MissingReason, dialogs.WrongName))
    assert here.context.store.unfinished_actions()[0].reason == "stolen laptop"
    assert here.context.store.unfinished_actions()[0].not_disabled


def test_a_leaver_is_denied_without_having_to_say_why(here: Denials) -> None:
    dana = here.leaver("dana", (here.org.add_account("prod"), here.org.add_permission_set("ReadOnly")))
    view = shown(here, dana)
    assert view.state is DialogState.READY
    assert not view.needs_reason


def test_leaverbot_does_not_deny_the_identity_it_runs_as(here: Denials) -> None:
    place = here.org.management_account_id, here.org.add_permission_set("Ops")
    operator = here.org.add_user("operator@example.com", display_name="Op")
    here.org.assign(*place, "USER", operator)
    here.org.act_as(here.org.open_session(operator, *place))
    view = shown(here.again(), operator, admin=True)
    assert view.state is DialogState.REFUSED
    assert "lock itself out" in view.message


def test_a_protected_user_is_refused_to_admins_too(here: Denials) -> None:
    rules = replace(here.context.rules, protected=("eve@*",))
    safe = replace(here, context=replace(here.context, rules=rules))
    view = shown(safe, employee(safe), admin=True)
    assert view.state is DialogState.REFUSED
    assert "LEAVERBOT_PROTECTED_USERS" in view.message


def test_a_way_into_the_management_account_is_said_to_need_the_permission_set(here: Denials) -> None:
    dana = here.leaver("dana", (here.org.management_account_id, here.org.add_permission_set("OrgAdmin")))
    view = shown(here, dana)
    assert [item.covered for item in view.cover] == [True]
    assert any("OrgAdmin" in note for note in view.notes)


def test_a_name_that_can_not_be_matched_is_said(here: Denials) -> None:
    user = here.org.add_user("svc-*", display_name="Odd")
    here.org.set_status(user, "DISABLED")
    assert any("user id alone" in note for note in shown(here, user).notes)


def test_a_shut_out_shows_the_revoke_and_where_the_deny_will_hold(here: Denials) -> None:
    dana = here.leaver("dana", (here.org.add_account("prod"), here.org.add_permission_set("ReadOnly")))
    view = shown(here, dana, kinds.SHUT_OUT, admin=True)
    assert view.state is DialogState.READY
    assert view.plan is not None
    assert len(view.plan.operations) == 1
    assert [item.covered for item in view.cover] == [True]
    assert view.may_delete


def test_a_typed_name_in_a_shut_out_has_to_be_the_users_and_needs_an_admin(here: Denials) -> None:
    dana = here.leaver("dana", (here.org.add_account("prod"), here.org.add_permission_set("ReadOnly")))
    responder = frozenset({Role.RESPONDER})
    opened = dialogs.open_dialog(here.context, kinds.SHUT_OUT, ASKER, responder, query=dana)
    assert isinstance(opened, StoredDialog)
    view = view_of(here.context, opened)
    here.context.store.set_dialog(replace(opened, state=view.state, user=view.user))
    assert isinstance(dialogs.submit(here.context, opened.id, "U1", responder, "dana"), dialogs.WrongName)
    refused = dialogs.submit(here.context, opened.id, "U1", responder, "dana@example.com")
    assert isinstance(refused, Refused)
    assert refused.reason.code is Code.FOR_ADMINS
    assert here.context.store.unfinished_actions() == []


def test_lifting_somebody_whose_name_the_deny_of_another_holds_names_that_deny_and_how_it_ends(here: Denials) -> None:
    dana = here.leaver("dana")
    here.carry_out(dana)
    here.org.delete_user(dana)
    new = here.org.add_user("dana@example.com", display_name="New Person")
    view = shown(here, "dana@example.com", kinds.LIFT)
    assert view.state is DialogState.REFUSED
    assert "No emergency deny is in force for New Person" in view.message
    assert f"/leavers lift {dana}" in view.message
    assert "/leavers scan" in view.message
    here.scan()
    here.work()
    assert "/leavers lift" not in shown(here, new, kinds.LIFT).message


def test_a_deny_can_be_lifted_of_somebody_who_was_protected_since(here: Denials) -> None:
    dana = here.leaver("dana")
    here.carry_out(dana)
    safe = here.with_protected("dana@example.com", "somebody-else")
    assert shown(safe, dana, kinds.LIFT).state is DialogState.READY
    assert shown(safe, dana, kinds.DENY).state is DialogState.REFUSED


@pytest.mark.parametrize("name", ["n" * 65, "dana#rossi", "zo\u00eb@example.com", "d"])
def test_a_name_that_no_session_can_have_is_said_to_be_denied_by_id_only(here: Denials, name: str) -> None:
    user = here.org.add_user(name, display_name="Dana", status="DISABLED")
    here.org.assign(here.org.add_account("prod"), here.org.add_permission_set("ReadOnly"), "USER", user)
    (note,) = shown(here, user).notes
    assert "user name cannot be matched" in note
    assert "user id alone" in note
    here.carry_out(user)
    known = shown(here, user, kinds.DETAILS).deny
    assert known is not None
    assert known.unmatched
    assert denied_names(here.text()) == frozenset()
    assert denied_users(here.text()) == {user}


@pytest.mark.parametrize("typed", ["dana@example.com", "\u200bdana@example.com\u00a0", "Dana <dana@example.com>"])
def test_a_typed_user_name_is_read_as_it_looks(here: Denials, typed: str) -> None:
    assert not isinstance(delete_with(here, "dana@example.com", typed), dialogs.WrongName)


@pytest.mark.parametrize("typed", ["", "\u200b", "dan@example.com", "DANA@example.com"])
def test_another_name_or_none_that_can_be_seen_deletes_nobody(here: Denials, typed: str) -> None:
    assert isinstance(delete_with(here, "dana@example.com", typed), dialogs.WrongName)


def test_a_name_with_characters_nobody_sees_is_typed_without_them(here: Denials) -> None:
    assert not isinstance(delete_with(here, "da\u034fna@example.com", "dana@example.com"), dialogs.WrongName)


@pytest.mark.parametrize("reason", ["", " \u200b\n", "\ufeff\u00a0"])
def test_a_reason_that_nobody_can_see_is_none(here: Denials, reason: str) -> None:
    roles = frozenset({Role.ADMIN, Role.RESPONDER})
    opened = dialogs.open_dialog(here.context, kinds.DENY, ASKER, roles, query=employee(here))
    assert isinstance(opened, StoredDialog)
    view = view_of(here.context, opened)
    here.context.store.set_dialog(replace(opened, state=view.state, user=view.user))
    assert isinstance(dialogs.submit(here.context, opened.id, "U9", roles, reason=reason), dialogs.MissingReason)


def delete_with(here: Denials, user_name: str, typed: str) -> object:
    roles = frozenset({Role.ADMIN, Role.RESPONDER})
    user = here.org.add_user(user_name)
    here.org.set_status(user, "DISABLED")
    opened = dialogs.open_dialog(here.context, kinds.DELETE, ASKER, roles, query=user)
    assert isinstance(opened, StoredDialog)
    view = view_of(here.context, opened)
    assert view.state is DialogState.READY, view.message
    here.context.store.set_dialog(replace(opened, state=view.state, user=view.user))
    return dialogs.submit(here.context, opened.id, "U9", roles, typed)


def test_details_before_any_deny_say_what_one_would_do_and_in_force_what_it_does(here: Denials) -> None:
    place = here.org.management_account_id, here.org.add_permission_set("OrgAdmin")
    dana = here.leaver("dana", place)
    before = words(dialog_view(shown(here, dana, kinds.DETAILS)))
    assert "would be blocked (" in before
    assert "permission set OrgAdmin would deny the user" in before
    assert "denies the user" not in before
    assert "*: blocked" not in before
    here.carry_out(dana)
    after = words(dialog_view(shown(here, dana, kinds.DETAILS)))
    assert "permission set OrgAdmin denies the user" in after
    assert "would be" not in after
