"""How a deny ends, and what each scan finds out about those in force."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.actions import LEAVERBOT, ActionState
from bot.core.deny.policy_document import denied_users
from bot.core.events.subjects import Event, OfUser, Says
from bot.core.kinds import LIFT
from bot.core.views import NoticeKind
from bot.playground.identity_center import Fault
from bot.ports import Heard
from bot.services.events.reading import read_due
from tests.services.denials import PLACEHOLDER_POLICY, Denials, denials


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        yield made


def furnish(here: Denials, name: str = "dana") -> tuple[str, tuple[str, str]]:
    """A leaver with one direct assignment in a member account."""
    place = here.org.add_account(f"prod-{name}"), here.org.add_permission_set(f"Access-{name}")
    return here.leaver(name, place), place


def lifts(here: Denials) -> list[str]:
    """Who asked for the lifts that are under way."""
    return [action.by for action in here.context.store.unfinished_actions(LIFT)]


def test_a_deny_has_no_end_while_a_way_in_is_left_and_twelve_hours_after_the_last_one_was_seen_gone(
    here: Denials,
) -> None:
    dana, place = furnish(here)
    here.carry_out(dana)
    here.scan()
    known = here.context.store.deny(dana)
    assert known is not None
    assert known.clear_since is None
    here.org.unassign(*place, "USER", dana)
    here.clock.move(hours=1)
    here.scan()
    known = here.context.store.deny(dana)
    assert known is not None
    assert known.clear_since == here.clock.now()


def test_at_its_end_a_deny_lifts_itself_and_says_who_did(here: Denials) -> None:
    dana, place = furnish(here)
    here.carry_out(dana)
    here.org.unassign(*place, "USER", dana)
    here.scan()
    here.clock.move(hours=11, minutes=59)
    here.scan()
    assert denied_users(here.text()) == {dana}
    assert lifts(here) == []
    here.clock.move(minutes=1)
    here.scan()
    assert lifts(here) == [LEAVERBOT]
    here.work()
    assert denied_users(here.text()) == frozenset()
    assert here.context.store.deny(dana) is None


def test_hours_set_longer_are_kept_longer(here: Denials) -> None:
    longer = here.with_rules(hours=48)
    dana, place = furnish(longer)
    longer.carry_out(dana)
    longer.org.unassign(*place, "USER", dana)
    longer.scan()
    longer.clock.move(hours=47)
    longer.scan()
    assert lifts(longer) == []
    longer.clock.move(hours=1)
    longer.scan()
    assert lifts(longer) == [LEAVERBOT]


def test_a_deleted_user_has_no_way_in_and_the_deny_ends_as_well(here: Denials) -> None:
    dana, place = furnish(here)
    here.carry_out(dana)
    here.org.unassign(*place, "USER", dana)
    here.org.delete_user(dana)
    here.scan()
    here.clock.move(hours=12)
    here.scan()
    assert lifts(here) == [LEAVERBOT]


def test_a_way_in_that_comes_back_before_the_end_begins_the_time_anew(here: Denials) -> None:
    dana, place = furnish(here)
    here.carry_out(dana)
    here.org.unassign(*place, "USER", dana)
    here.scan()
    here.org.assign(*place, "USER", dana)
    here.clock.move(hours=13)
    here.scan()
    assert lifts(here) == []
    known = here.context.store.deny(dana)
    assert known is not None
    assert known.clear_since is None


def test_a_way_in_that_came_back_since_the_scan_read_keeps_the_deny(here: Denials) -> None:
    dana, place = furnish(here)
    here.carry_out(dana)
    here.org.unassign(*place, "USER", dana)
    here.scan()
    here.clock.move(hours=12)
    here.aws.after("organizations.DescribePolicy", lambda: here.org.assign(*place, "USER", dana))
    here.scan()
    assert lifts(here) == []


def test_a_deny_that_outlives_its_time_because_of_a_way_in_says_so_once(here: Denials) -> None:
    dana, _ = furnish(here)
    here.carry_out(dana)
    here.clock.move(hours=12)
    here.scan()
    here.scan()
    (told,) = here.notices(NoticeKind.STAYS)
    assert "still has 1 way in" in told
    assert denied_users(here.text()) == {dana}


def test_what_could_not_be_read_ends_no_deny(here: Denials) -> None:
    dana, place = furnish(here)
    here.carry_out(dana)
    here.org.unassign(*place, "USER", dana)
    here.scan()
    here.clock.move(hours=13)
    here.aws.faults.add(Fault("sso-admin.*", code="AccessDeniedException", times=None))
    here.scan()
    assert lifts(here) == []
    assert denied_users(here.text()) == {dana}


def test_a_user_enabled_again_while_denied_is_flagged_as_soon_as_an_event_says_so(here: Denials) -> None:
    dana, _ = furnish(here)
    jo, _ = furnish(here, "jo")
    here.scan()
    here.carry_out(dana, case_id=here.case(dana))
    here.carry_out(jo, case_id=here.case(jo))
    here.org.set_status(dana, "ENABLED")
    here.org.set_status(jo, "ENABLED")
    event = Event(OfUser(dana, Says.ENABLED), "", here.clock.now())
    here.context.store.take_events([Heard("m", event)], here.clock.now())
    read_due(here.context)
    (told,) = here.notices(NoticeKind.ENABLED)
    assert "enabled again. The emergency deny still blocks them" in told


def test_a_user_enabled_again_while_denied_is_flagged_by_the_next_scan_once(here: Denials) -> None:
    dana, _ = furnish(here)
    here.scan()
    here.carry_out(dana, case_id=here.case(dana))
    here.org.set_status(dana, "ENABLED")
    here.scan()
    here.scan()
    (told,) = here.notices(NoticeKind.ENABLED)
    assert "enabled again. The emergency deny still blocks them" in told
    assert denied_users(here.text()) == {dana}


def test_somebody_denied_without_being_disabled_is_not_flagged_for_that(here: Denials) -> None:
    dana, _ = furnish(here)
    here.org.set_status(dana, "ENABLED")
    here.carry_out(dana, not_disabled=True, reason="stolen laptop")
    here.scan()
    assert here.notices(NoticeKind.ENABLED) == []
    known = here.context.store.deny(dana)
    assert known is not None
    assert (known.not_disabled, known.reason) == (True, "stolen laptop")


def test_a_deny_taken_out_by_hand_is_told_and_one_press_puts_it_back(here: Denials) -> None:
    dana, _ = furnish(here)
    here.carry_out(dana)
    here.org.update_scp(here.policy_ids[0], PLACEHOLDER_POLICY)
    here.scan()
    here.scan()
    (told,) = here.notices(NoticeKind.DRIFT)
    assert here.policy_ids[0] in told
    known = here.context.store.deny(dana)
    assert known is not None
    assert known.missing
    assert not any(cover.covered for cover in known.cover)
    assert here.carry_out(dana).state is ActionState.DONE
    assert denied_users(here.text()) == {dana}
    known = here.context.store.deny(dana)
    assert known is not None
    assert known.missing == ""


def test_a_permission_set_that_no_longer_denies_is_drift_too(here: Denials) -> None:
    place = here.org.management_account_id, here.org.add_permission_set("OrgAdmin")
    dana = here.leaver("dana", place)
    here.carry_out(dana)
    here.org.put_inline_policy(place[1], None)
    here.scan()
    (told,) = here.notices(NoticeKind.DRIFT)
    assert "OrgAdmin no longer denies" in told


def test_a_policy_detached_from_everything_is_drift(here: Denials) -> None:
    dana, _ = furnish(here)
    here.carry_out(dana)
    here.org.detach_scp(here.policy_ids[0], here.org.root_id)
    here.scan()
    (told,) = here.notices(NoticeKind.DRIFT)
    assert "attached to nothing" in told


def test_more_that_is_taken_out_later_is_told_too(here: Denials) -> None:
    dana, _ = furnish(here)
    here.carry_out(dana)
    here.org.update_scp(here.policy_ids[0], here.text().replace("dana@example.com", "somebody@example.com"))
    here.scan()
    here.clock.move(minutes=15)
    here.org.update_scp(here.policy_ids[0], PLACEHOLDER_POLICY)
    here.scan()
    here.scan()
    by_name, by_id = here.notices(NoticeKind.DRIFT)
    assert "no longer has the user name" in by_name
    assert "no longer names the user" in by_id


def test_a_deny_that_was_taken_out_is_not_said_to_be_in_force_when_its_user_is_enabled_or_its_time_over(
    here: Denials,
) -> None:
    dana, _ = furnish(here)
    here.scan()
    here.carry_out(dana, case_id=here.case(dana))
    here.org.update_scp(here.policy_ids[0], PLACEHOLDER_POLICY)
    here.org.set_status(dana, "ENABLED")
    here.scan()
    here.clock.move(hours=13)
    here.scan()
    (enabled,), (stays,) = here.notices(NoticeKind.ENABLED), here.notices(NoticeKind.STAYS)
    assert "The emergency deny may still block them" in enabled
    assert "in force" not in stays


def test_a_policy_that_can_not_be_read_is_no_drift(here: Denials) -> None:
    dana, _ = furnish(here)
    here.carry_out(dana)
    here.aws.faults.add(Fault("organizations.DescribePolicy", code="AccessDeniedException", times=None))
    here.scan()
    assert here.notices(NoticeKind.DRIFT) == []
    known = here.context.store.deny(dana)
    assert known is not None
    assert known.missing == ""


def test_the_end_is_a_scan_away_at_most(here: Denials) -> None:
    """A late scan lifts late and never early."""
    dana, place = furnish(here)
    here.carry_out(dana)
    here.org.unassign(*place, "USER", dana)
    here.scan()
    for _ in range(3):
        here.clock.move(hours=3, minutes=59)
        here.scan()
        assert lifts(here) == []
    here.clock.at += timedelta(minutes=3)
    here.scan()
    assert lifts(here) == [LEAVERBOT]
