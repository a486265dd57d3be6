"""What a rule asked for is looked at again when its work starts and between its operations, whatever rows say."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.actions import Action, ActionState, Asker
from bot.core.authorization import Refused
from bot.core.kinds import DELETE, REVOKE, SHUT_OUT, Kind
from bot.core.models import User
from bot.core.plans.operations import OperationState
from bot.core.rules.announcements import AnnouncementState
from bot.core.rules.durations import parse
from bot.core.rules.rules import AutoRules, DenyScope
from bot.services.actions.ask import ask
from bot.services.actions.carry_out import Progress, recheck, step
from bot.services.rules.holds import reach_now
from bot.services.rules.notes import stop
from bot.store.database import schema
from bot.store.database.rule_tables import announcements
from tests.fakes.aws import FakeAws
from tests.services.ruling import BY, REVOKE_RULE, ROLES, U1, Ruled, asked, ruled, user

ASKED = AnnouncementState.ASKED


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Ruled]:
    with ruled(tmp_path, REVOKE_RULE) as made:
        yield made


def refused(here: Ruled, action: Action) -> Action:
    """The action is refused, and nothing was changed."""
    ended = here.step(action.id)
    assert ended.state is ActionState.REFUSED
    assert here.left(action.user.id) == 1
    return ended


# When its work starts


def test_a_rule_that_was_switched_off_since_begins_nothing(here: Ruled) -> None:
    _, action = asked(here)
    ended = refused(here.under(AutoRules()), action)
    assert ended.message == "The rule did not start it: the rule is off, or its setting was changed."


@pytest.mark.parametrize("auto", [AutoRules(revoke=parse("2h")), AutoRules(deny=DenyScope.ALL)])
def test_a_rule_that_was_changed_since_begins_nothing(here: Ruled, auto: AutoRules) -> None:
    _, action = asked(here)
    refused(here.under(auto), action)


def test_a_stop_after_it_was_asked_for_is_in_time(here: Ruled) -> None:
    dana, action = asked(here)
    stop(here.context, user(here, dana), U1, ROLES)
    assert refused(here, action).message == "The rule did not start it: rules are stopped for Dana."


def test_the_brake_stops_what_was_asked_for(here: Ruled) -> None:
    _, action = asked(here)
    here.engage_brake()
    assert "the brake is engaged" in refused(here, action).message


def test_nobody_named_who_may_act_begins_nothing(here: Ruled) -> None:
    _, action = asked(here)
    refused(here.under(responders=frozenset(), admins=frozenset()), action)


def test_somebody_enabled_again_whom_no_scan_has_seen_keeps_everything(here: Ruled) -> None:
    dana, action = asked(here)
    here.world.org.set_status(dana, "ENABLED")
    assert "is enabled" in refused(here, action).message


def test_a_scan_between_asking_and_starting_changes_nothing(here: Ruled) -> None:
    dana, action = asked(here)
    here.scan()
    assert here.world.carry_on(action.id).state is ActionState.DONE
    assert here.left(dana) == 0


def test_somebody_who_cannot_be_read_whole_keeps_everything_though_a_person_could_revoke_it(here: Ruled) -> None:
    dana, action = asked(here)
    here.hide("sso-admin.ListApplicationAssignmentsForPrincipal")
    assert "could not be read completely" in refused(here, action).message
    asked_by_person = here.world.ask(dana, REVOKE, case_id=here.world.case(dana))
    here.world.carry_on(asked_by_person)
    assert here.left(dana) == 0


# Rows that somebody wrote into the database


def forged(here: Ruled, user_id: str, *, kind: Kind = REVOKE, announced: bool = True, **more: Any) -> Action:
    """An action as somebody who can write to the database would put it there, in the name of a rule; with an
    announcement that claims to have stood in Slack for years.
    """
    rule, asker = here.context.auto_rules.rule(REVOKE), Asker(BY, "")
    assert rule
    name, years_ago = here.context.new_id(), here.world.clock.now() - timedelta(days=1000)
    key = f"rule:{name}"
    found = here.context.store.user_read(user_id)
    action = Action(name, key, kind, User(user_id), None, asker, here.world.clock.now(), **more)
    stored = here.context.store.add_action(action)
    if announced:
        counts_from = found.counts_from if found and found.counts_from else years_ago
        row = {"id": name, "user_id": user_id, "user": User(user_id), "kind": kind, "rule": str(rule), "version": 1}
        times = {"counts_from": counts_from, "made_at": years_ago, "acts_at": years_ago, "posted_at": years_ago}
        here.forge(announcements.insert().values(**row, **times, case_id="", state=ASKED, action_id=name))
    return stored


def test_an_action_in_the_name_of_a_rule_that_no_announcement_asked_for_is_refused(here: Ruled) -> None:
    dana = here.leaver()
    here.scan()
    here.wait(hours=5)
    assert "has not been announced" in refused(here, forged(here, dana, announced=False)).message


def test_a_forged_announcement_makes_nothing_happen_before_its_time(here: Ruled) -> None:
    dana = here.leaver()
    here.scan()
    assert "it is not time yet" in refused(here, forged(here, dana)).message


@pytest.mark.parametrize("why", ["enabled", "protected", "stopped", "off", "another kind", "not disabled", "a step"])
def test_a_forged_announcement_makes_nothing_happen_to_anybody_excluded(here: Ruled, why: str) -> None:
    dana, under = here.leaver(), here
    here.scan()
    here.wait(hours=5)
    more: dict[str, Any] = {}
    if why == "enabled":
        here.world.org.set_status(dana, "ENABLED")
        here.scan()
    elif why == "protected":
        under = here.under(protected=("dana@*",))
    elif why == "stopped":
        stop(here.context, user(here, dana), U1, ROLES)
    elif why == "off":
        under = here.under(AutoRules(deny=DenyScope.ALL))
    elif why == "another kind":
        more = {"kind": DELETE}
    elif why == "not disabled":
        more = {"not_disabled": True}
    else:
        more = {"parent": here.world.ask(dana, SHUT_OUT, asker=Asker(BY, ""))}
        here.forge(schema.actions.update().values(state=ActionState.RUNNING))
    refused(under, forged(here, dana, **more))


def test_a_forged_action_that_claims_to_have_begun_changes_nothing(here: Ruled) -> None:
    dana, action = half(here)
    here.forge(announcements.delete())
    ended = here.world.carry_on(action.id)
    assert (ended.state, here.left(dana)) == (ActionState.INCOMPLETE, 1)


def test_an_action_in_the_name_of_a_rule_that_is_not_on_is_refused(here: Ruled) -> None:
    _, action = asked(here)
    here.forge(schema.actions.update().values(by="rule LEAVERBOT_AUTO_REVOKE_AFTER=9d"))
    assert "the rule is off" in refused(here, action).message


def test_an_announcement_of_another_action_is_none_for_this_one(here: Ruled) -> None:
    _, action = asked(here)
    here.forge(schema.actions.update().values(key="another press"))
    refused(here, action)


def test_an_announcement_about_somebody_else_is_none_for_this_person(here: Ruled) -> None:
    dana, erin = here.leaver("dana"), here.leaver("erin")
    here.under(AutoRules()).scan()
    here.context.store.look_at_rules(str(reach_now(here.context)), None, here.world.clock.now())
    here.wait(hours=5)
    action = forged(here, dana)
    here.forge(announcements.update().values(user_id=erin, user=User(erin)))
    assert "has not been announced" in refused(here, action).message


def test_an_announcement_that_claims_to_stand_acts_no_sooner_than_its_rule(here: Ruled) -> None:
    dana = here.leaver()
    here.scan()
    here.carry(show=False)
    here.forge(announcements.update().values(posted_at=here.world.clock.now() - timedelta(days=1000)))
    here.carry()
    assert here.states()[0] is not ASKED
    assert here.left(dana) == 1


# Between its operations


def half(here: Ruled) -> tuple[str, Action]:
    """A revoke of a rule that has begun, with two assignments in accounts that it takes one after the other."""
    org = here.world.org
    account = org.add_account("prod")
    sets = [org.add_permission_set(name) for name in ("One", "Two")]
    dana = here.world.leaver("dana", *((account, one) for one in sets))
    here.scan()
    here.carry()
    here.wait(hours=1)
    here.carry()
    action = here.step(here.asked().id)
    assert sorted(op.state for op in action.operations).count(OperationState.WAITING) == 1
    return dana, action


def test_what_would_be_asked_for_at_once_is_not(here: Ruled) -> None:
    dana, action = half(here)
    # The first job has ended, so nothing keeps the second back any more.
    while here.context.store.busy_accounts():
        action = here.step(action.id)
    assert [op.state for op in action.operations].count(OperationState.WAITING) == 1
    stop(here.context, user(here, dana), U1, ROLES)
    here.step(action.id)
    assert here.left(dana) == 1


@pytest.mark.parametrize("why", ["stopped", "brake", "off", "protected", "enabled"])
def test_a_rules_action_stops_after_the_operation_under_way(here: Ruled, why: str) -> None:
    dana, action = half(here)
    under = here
    if why == "stopped":
        stop(here.context, user(here, dana), U1, ROLES)
    elif why == "brake":
        here.engage_brake()
    elif why == "off":
        under = here.under(AutoRules())
    elif why == "protected":
        under = here.under(protected=("dana@*",))
    else:
        here.world.org.set_status(dana, "ENABLED")
        here.scan()
    ended = under.world.carry_on(action.id)
    assert ended.state is ActionState.INCOMPLETE
    assert here.left(dana) == 1
    assert sorted(op.state for op in ended.operations) == sorted([OperationState.DONE, OperationState.NOT_BEGUN])
    assert "The rule stopped here" in ended.why_missed


def test_a_stop_while_aws_carries_one_operation_out_keeps_the_next_from_being_asked_for(here: Ruled) -> None:
    dana, action = asked(here)
    org, aws = here.world.org, here.world.aws
    org.assign(org.add_account("data"), org.add_permission_set("ReadOnlyAccess"), "USER", dana)
    assert isinstance(aws, FakeAws)
    aws.after("sso-admin.DeleteAccountAssignment", lambda: stop(here.context, user(here, dana), U1, ROLES))
    ended = here.world.carry_on(action.id)
    assert here.left(dana) == 1
    assert sorted(op.state for op in ended.operations) == [OperationState.DONE, OperationState.NOT_BEGUN]


@pytest.mark.parametrize("begun", [False, True])
def test_a_command_that_happens_to_hold_the_lock_leaves_it_to_whoever_carries_rules(here: Ruled, begun: bool) -> None:
    dana, action = half(here) if begun else asked(here)
    before, left = here.context.store.action(action.id), here.left(dana)
    command = here.carrying(False)
    for other in (command, command.under(AutoRules())):
        assert step(other.context, [action.id]) == {action.id: Progress.PARKED}
        assert recheck(other.context, action.id, late=True)
        assert here.context.store.action(action.id) == before
    assert here.left(dana) == left
    assert here.world.carry_on(action.id).state is ActionState.DONE
    assert here.left(dana) == 0


def test_whoever_asks_a_command_for_the_same_is_told_what_to_do(here: Ruled) -> None:
    dana, _ = asked(here)
    command = here.carrying(False).context
    who = user(here, dana)
    answer = ask(command, REVOKE, who, U1, ROLES, key="press-1", case_id=here.world.case(dana))
    assert isinstance(answer, Refused)
    assert "stop the rules for Dana with `leaverbot stop`" in command.words(answer.reason)
    stop(command, who, U1, ROLES)
    here.carrying(False).act()
    assert isinstance(ask(command, REVOKE, who, U1, ROLES, key="press-2", case_id=here.world.case(dana)), Action)


def test_what_people_stopped_ends_in_a_command_too_so_that_they_can_act(here: Ruled) -> None:
    dana, action = asked(here)
    stop(here.context, user(here, dana), U1, ROLES)
    assert refused(here.carrying(False), action).message.endswith("rules are stopped for Dana.")


def test_what_a_person_asked_for_goes_on_whatever_becomes_of_rules(here: Ruled) -> None:
    dana = here.leaver()
    here.scan()
    action_id = here.world.ask(dana, REVOKE, case_id=here.world.case(dana))
    here.step(action_id)
    here.engage_brake()
    stop(here.context, user(here, dana), U1, ROLES)
    assert here.world.carry_on(action_id).state is ActionState.DONE
