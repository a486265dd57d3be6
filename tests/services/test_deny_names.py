"""The names in a deny follow its person: whoever else has one of them is let out, in every document, and it is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.actions import LEAVERBOT, Action, ActionState
from bot.core.authorization import Refused
from bot.core.deny.policy_document import denied_names, denied_users
from bot.core.kinds import LIFT, RENAME, Role
from bot.playground.identity_center import Fault
from bot.services.actions.ask import ask
from bot.services.questions.person import person_view
from bot.slack.messages import person_message, whole_report
from tests.services.denials import ASKER, Denials, denials
from tests.world import words


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        yield made


def scan(here: Denials) -> list[Action]:
    """A scan, and what came of the names after it."""
    here.scan()
    asked = [action.id for action in here.context.store.unfinished_actions(RENAME)]
    here.work()
    return [here.context.store.action(one) for one in asked]


def text_of(view: Action) -> str:
    return words([message.blocks for message in whole_report(view)])


def furnish(here: Denials, name: str = "dana") -> str:
    place = here.org.add_account(f"prod-{name}"), here.org.add_permission_set(f"Access-{name}")
    return here.leaver(name, place)


def newcomer(here: Denials, name: str = "dana@example.com", status: str = "ENABLED") -> str:
    return here.org.add_user(name, display_name="New Person", status=status)


def test_somebody_who_gets_the_name_of_a_renamed_denied_user_is_let_out_and_the_new_name_goes_in(here: Denials) -> None:
    dana = furnish(here)
    here.carry_out(dana)
    here.org.change_user(dana, user_name="dana.old@example.com")
    new = newcomer(here)
    assert here.org.bystanders({dana}) or denied_names(here.text()) == {"dana@example.com"}
    (done,) = scan(here)
    assert (done.by, done.state) == (LEAVERBOT, ActionState.DONE)
    assert denied_users(here.text()) == {dana}
    assert denied_names(here.text()) == {"dana.old@example.com"}
    known = here.context.store.deny(dana)
    assert known is not None
    assert (known.names, known.lent) == (("dana.old@example.com",), ("dana@example.com",))
    told = text_of(done)
    assert "New Person now has the user name" in told
    assert new in told
    assert "blocked by the user id alone" in told
    assert "Put the name" in told
    assert scan(here) == []


def test_a_user_deleted_and_made_anew_under_the_same_name_is_let_out(here: Denials) -> None:
    dana = furnish(here)
    here.carry_out(dana)
    here.org.delete_user(dana)
    newcomer(here)
    scan(here)
    assert denied_users(here.text()) == {dana}
    assert denied_names(here.text()) == frozenset()


def test_a_name_that_nobody_else_has_any_more_goes_back_in(here: Denials) -> None:
    dana = furnish(here)
    here.carry_out(dana)
    here.org.change_user(dana, user_name="dana.old@example.com")
    new = newcomer(here)
    scan(here)
    here.org.delete_user(new)
    here.clock.move(days=1)
    scan(here)
    assert denied_names(here.text()) == {"dana@example.com", "dana.old@example.com"}


def test_a_rename_alone_adds_the_new_name_and_keeps_the_old_one_for_open_sessions(here: Denials) -> None:
    dana = furnish(here)
    here.carry_out(dana)
    here.org.change_user(dana, user_name="Dana@example.com")
    (done,) = scan(here)
    assert "now matches the new name, too" in text_of(done)
    assert denied_names(here.text()) == {"dana@example.com", "Dana@example.com"}
    known = here.context.store.deny(dana)
    assert known is not None
    assert known.user.user_name == "Dana@example.com"
    assert known.missing == ""


def test_in_a_permission_set_the_name_goes_out_too_and_the_account_is_provisioned(here: Denials) -> None:
    place = here.org.management_account_id, here.org.add_permission_set("OrgAdmin")
    dana = here.leaver("dana", place)
    other = newcomer(here, "li@example.com")
    here.org.assign(*place, "USER", other)
    here.carry_out(dana)
    here.org.change_user(dana, user_name="dana.old@example.com")
    here.org.change_user(other, user_name="dana@example.com")
    assert here.org.denied(other, place[0]) is not None
    scan(here)
    assert here.org.denied(other, place[0]) is None
    assert here.org.denied(dana, place[0]) is not None
    assert here.org.bystanders({dana}) == []


def test_lifting_after_that_leaves_the_permission_set_as_it_was(here: Denials) -> None:
    place = here.org.management_account_id, here.org.add_permission_set("OrgAdmin")
    dana = here.leaver("dana", place)
    before = here.context.deny.inline(place[1])
    here.carry_out(dana)
    here.org.change_user(dana, user_name="dana.old@example.com")
    newcomer(here)
    scan(here)
    here.carry_out(dana, LIFT, reason="over")
    assert here.context.deny.inline(place[1]) == before
    assert denied_users(here.text()) == frozenset()
    assert denied_names(here.text()) == frozenset()


def test_what_the_list_showed_is_read_again_before_anything_is_changed(here: Denials) -> None:
    dana = furnish(here)
    here.carry_out(dana)
    here.org.change_user(dana, user_name="dana.old@example.com")
    new = newcomer(here)
    here.scan()
    here.org.change_user(new, user_name="new@example.com")
    here.work()
    assert denied_names(here.text()) == {"dana@example.com", "dana.old@example.com"}


def test_without_the_right_to_look_a_name_up_the_whole_list_is_read(here: Denials) -> None:
    dana = furnish(here)
    here.carry_out(dana)
    here.org.delete_user(dana)
    newcomer(here)
    here.aws.faults.add(Fault("identitystore.GetUserId", code="AccessDeniedException", times=None))
    scan(here)
    assert denied_names(here.text()) == frozenset()


def test_a_denied_user_who_cannot_be_read_keeps_nobody_else_locked_in(here: Denials) -> None:
    dana = furnish(here)
    here.org.set_status(dana, "ENABLED")
    here.carry_out(dana, not_disabled=True, reason="stolen laptop")
    here.org.change_user(dana, user_name="dana.old@example.com")
    newcomer(here)
    unreadable = Fault("identitystore.DescribeUser", code="AccessDeniedException", times=None, when={"UserId": dana})
    here.aws.faults.add(unreadable)
    scan(here)
    assert (denied_users(here.text()), denied_names(here.text())) == ({dana}, frozenset())


def test_a_deny_of_a_deleted_user_does_not_name_whoever_has_the_name_now(here: Denials) -> None:
    dana = furnish(here)
    user = here.user(dana)
    here.org.delete_user(dana)
    newcomer(here)
    action_id = here.ask(dana)
    assert user.user_name == "dana@example.com"
    here.work()
    assert here.context.store.action(action_id).state is not ActionState.REFUSED
    assert denied_users(here.text()) == {dana}
    assert denied_names(here.text()) == frozenset()


def test_a_deny_names_the_user_as_it_is_called_now_not_as_the_alert_showed_it(here: Denials) -> None:
    dana = furnish(here)
    here.scan()
    action_id = here.ask(dana)
    here.org.change_user(dana, user_name="dana.old@example.com")
    newcomer(here)
    here.work()
    assert here.context.store.action(action_id).state is ActionState.DONE
    assert denied_names(here.text()) == {"dana.old@example.com"}


def test_two_denied_people_who_swap_names_stay_denied_under_both(here: Denials) -> None:
    dana, li = furnish(here), furnish(here, "li")
    here.carry_out(dana)
    here.carry_out(li)
    here.org.change_user(dana, user_name="between@example.com")
    here.org.change_user(li, user_name="dana@example.com")
    here.org.change_user(dana, user_name="li@example.com")
    scan(here)
    scan(here)
    assert denied_names(here.text()) == {"dana@example.com", "li@example.com"}
    here.carry_out(li, LIFT, reason="over")
    assert denied_users(here.text()) == {dana}
    assert here.org.bystanders({dana}) == []


def test_a_failed_release_is_told_and_tried_again_after_the_next_scan(here: Denials) -> None:
    dana = furnish(here)
    here.carry_out(dana)
    here.org.delete_user(dana)
    newcomer(here)
    here.aws.faults.add(Fault("organizations.UpdatePolicy", code="AccessDeniedException", times=None))
    (failed,) = scan(here)
    assert failed.state is ActionState.INCOMPLETE
    assert "may still block the wrong person" in text_of(failed)
    here.aws.faults.clear()
    here.clock.move(minutes=15)
    scan(here)
    assert denied_names(here.text()) == frozenset()


def test_protection_does_not_keep_somebody_locked_in(here: Denials) -> None:
    dana = furnish(here)
    here.carry_out(dana)
    here.org.delete_user(dana)
    newcomer(here)
    safe = here.with_protected("dana@example.com")
    scan(safe)
    assert denied_names(here.text()) == frozenset()


def test_showing_the_holder_of_a_denied_name_names_the_deny_and_whose_it_is(here: Denials) -> None:
    dana = furnish(here)
    here.carry_out(dana)
    here.org.delete_user(dana)
    new = newcomer(here)
    seen = person_view(here.context, new)
    assert seen.name_denied is not None
    assert seen.name_denied.id == dana
    shown = words(person_message(seen).blocks)
    assert dana in shown
    assert "/leavers scan" in shown
    scan(here)
    assert person_view(here.context, new).name_denied is None


def test_a_protected_user_can_be_lifted_by_hand_and_by_time(here: Denials) -> None:
    dana, li = here.leaver("dana"), here.leaver("li")
    here.carry_out(dana)
    here.carry_out(li)
    safe = here.with_protected("dana@*", li)
    roles = frozenset({Role.RESPONDER})
    asked = ask(safe.context, LIFT, here.user(dana), ASKER, roles, key="k", case_id=None, reason="mistake")
    assert not isinstance(asked, Refused)
    safe.work()
    assert denied_users(here.text()) == {li}
    safe.scan()
    safe.clock.move(hours=12)
    safe.scan()
    safe.work()
    assert denied_users(here.text()) == frozenset()
