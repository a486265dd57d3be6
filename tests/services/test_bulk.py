"""A bulk from its plan to its report: exactly its people, each once, stoppable, within what may be done."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.actions import ActionState
from bot.core.bulk.bulk import Bulk, BulkState, LeftOut
from bot.core.bulk.next_step import AT_ONCE, Fate, counts
from bot.core.deny.policy_document import denied_users
from bot.core.errors import AwsError
from bot.core.kinds import DELETE, DENY, REVOKE, SHUT_OUT
from bot.core.plans.operations import OperationKind
from bot.core.rules.rules import AutoRules
from bot.ports import MessageKind
from bot.services.bulk.carry import still_to_ask
from bot.services.bulk.preview import open_preview, preview
from bot.services.bulk.stop import stop
from bot.services.bulk.submit import WrongCount
from bot.store.database.rule_tables import brakes
from tests.in_line import outdated
from tests.services.bulking import ALICE, BOB, MALLORY, Company, company, refused
from tests.world import buttons, words


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as made:
        yield made


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Company]:
    """More than may be under way at once, and than may go without a typed number."""
    with company(tmp_path, AT_ONCE + 5) as made:
        yield made


# The plan


def test_the_plan_counts_what_the_revokes_would_do_and_what_each_group_means(three: Company) -> None:
    plan = three.plan().plan
    assert plan is not None
    assert dict(plan.operations) == {OperationKind.DELETE_ASSIGNMENT: 3, OperationKind.LEAVE_GROUP: 3}
    (group,) = plan.groups
    assert (group.name, group.people) == ("cloud-viewers", 3)
    assert plan.accounts == 1
    assert plan.over is None
    assert three.have_access() == ["p001", "p002", "p003"]


def test_whoever_cannot_be_acted_on_is_left_out_and_named(many: Company) -> None:
    org, users = many.here.org, many.users
    org.set_status(users["p001"], "ENABLED")
    org.delete_user(users["p002"])
    many = many.with_rules(protected=("p003@example.com",))
    bulk = many.plan()
    assert {person.user.user_name or person.user.id: person.left_out for person in bulk.left_out} == {
        "p001@example.com": LeftOut.ENABLED,
        "p002@example.com": LeftOut.GONE,
        "p003@example.com": LeftOut.PROTECTED,
    }
    assert bulk.size == len(many.users) - 3


@pytest.mark.parametrize("kind", [REVOKE, SHUT_OUT, DENY])
def test_somebody_without_access_left_is_not_revoked_nor_shut_out_but_can_be_denied(
    three: Company, kind: object
) -> None:
    three.carry(three.begun("p001"))
    bulk = three.plan("p001", "p002", kind=kind)  # type: ignore[arg-type]  # a kind
    out = [(person.number, person.left_out) for person in bulk.left_out]
    assert out == ([(1, LeftOut.NO_ACCESS)] if kind is not DENY else [])


def test_nobody_who_can_still_get_in_is_planned_to_be_deleted(three: Company) -> None:
    three.carry(three.begun("p001"))
    bulk = three.plan(kind=DELETE)
    assert [person.left_out for person in bulk.people] == [None, LeftOut.HAS_ACCESS, LeftOut.HAS_ACCESS]


def test_somebody_who_cannot_be_read_is_left_out_and_nothing_is_planned_if_that_is_everybody(three: Company) -> None:
    # In a company so large, two are read one by one.
    three.here.clock.move(minutes=1)
    for number in range(150):
        three.here.org.add_user(f"other{number}@example.com")
    three.here.scan()
    three.here.aws.faults.add("identitystore.DescribeUser", code="AccessDeniedException", times=1)
    assert [person.left_out for person in three.plan("p001", "p002").people] == [LeftOut.UNREAD, None]
    three.here.aws.faults.add("identitystore.DescribeUser", code="AccessDeniedException", times=None)
    with pytest.raises(AwsError):
        three.plan("p001", "p002")


def test_many_people_are_read_with_few_requests(many: Company) -> None:
    before = many.here.aws.calls["identitystore.DescribeUser"]
    many.plan()
    assert many.here.aws.calls["identitystore.DescribeUser"] == before


def test_the_plan_of_a_deny_says_for_how_many_the_policies_have_no_room(three: Company) -> None:
    room = three.plan(kind=DENY).plan
    assert room
    assert room.no_room == 0
    text = json.loads(three.here.text())
    # Others have filled the policy.
    text["Statement"].append({"Sid": "Other", "Effect": "Deny", "Action": ["s3:" + "y" * 9950], "Resource": "*"})
    three.here.org.policy_by_id[three.here.policy_ids[0]].content = json.dumps(text, separators=(",", ":"))
    for kind, expected in ((DENY, 3), (SHUT_OUT, 3), (REVOKE, 0)):
        plan = three.plan(kind=kind).plan
        assert plan
        assert plan.no_room == expected
    three.here.aws.faults.add("organizations.DescribePolicy", code="AccessDeniedException", times=1)
    unread = three.plan(kind=DENY).plan
    assert unread
    assert unread.no_room is None


def test_the_same_person_twice_is_one_person(three: Company) -> None:
    bulk = preview(three.context, REVOKE, three.ids("p001", "p001", "p002"), ALICE)
    assert isinstance(bulk, Bulk)
    assert [person.number for person in bulk.people] == [1, 2]


@pytest.mark.parametrize("kind", [REVOKE, DENY, SHUT_OUT, DELETE])
def test_only_those_who_may_ask_for_one_may_ask_for_many(three: Company, kind: object) -> None:
    for asker, may in ((ALICE, True), (BOB, kind is not DELETE), (MALLORY, False)):
        made = open_preview(three.context, kind, three.ids(), asker)  # type: ignore[arg-type]  # a kind
        assert isinstance(made, Bulk) is may


# Submit


def test_more_than_ten_need_their_number_typed_and_another_number_starts_nothing(many: Company) -> None:
    plan = many.plan()
    for typed in ("", "24", "all"):
        assert many.submit(plan, ALICE, typed) == WrongCount(25)
    assert many.now(plan).state is BulkState.PREVIEW
    assert not many.look()
    assert many.audited()[-1] == ("U1", "bulk_revoke", "refused")
    assert isinstance(many.submit(plan, ALICE, "25"), Bulk)


def test_few_need_none_but_a_wrong_one_is_refused_all_the_same(three: Company) -> None:
    plan = three.plan()
    assert three.submit(plan, ALICE, "4") == WrongCount(3)
    assert isinstance(three.submit(plan), Bulk)


def test_a_delete_always_needs_the_number(three: Company) -> None:
    three.carry(three.begun("p001"))
    plan = three.plan("p001", kind=DELETE)
    assert three.submit(plan) == WrongCount(1)
    three.carry(three.begun("p001", kind=DELETE))
    assert three.users["p001"] not in three.here.org.user_by_id


def test_submitting_twice_is_one_bulk(three: Company) -> None:
    plan = three.plan()
    first, second = (three.submit(plan) for _ in range(2))
    assert isinstance(first, Bulk)
    assert isinstance(second, Bulk)
    assert first.id == second.id
    three.carry(first)
    assert len(three.context.store.records(three.users["p001"]).actions) == 1


def test_nobody_submits_the_plan_of_somebody_else_nor_one_that_was_dropped(three: Company) -> None:
    plan = three.plan()
    assert refused(three.submit(plan, BOB)) == "bulk_plan_gone"
    three.context.store.prune(three.here.clock.now() + timedelta(days=2))
    assert refused(three.submit(plan)) == "bulk_plan_gone"


def test_a_plan_without_anybody_left_cannot_be_submitted(three: Company) -> None:
    plan = three.with_rules(protected=("p*",)).plan()
    assert refused(three.submit(plan)) == "bulk_nobody"


# Carried out


@pytest.mark.parametrize("kind", [REVOKE, DENY, SHUT_OUT])
def test_each_person_gets_what_was_asked_for_and_one_report_says_so(three: Company, kind: object) -> None:
    bulk = three.carry(three.begun(kind=kind))  # type: ignore[arg-type]  # a kind
    assert bulk.state is BulkState.ENDED
    assert three.fates(bulk) == [Fate.DONE] * 3
    assert three.have_access() == ([] if kind is not DENY else ["p001", "p002", "p003"])
    if kind is not REVOKE:
        assert denied_users(three.here.text()) >= set(three.users.values())
    said = three.said()
    assert len(said) == 2
    assert [one["key"].split(":")[0] for one in three.chat.messages()] == ["digest", "bulk"]
    assert three.chat.messages(three.message()["ts"]) == []


def test_everybody_of_more_than_go_at_once_is_reached(many: Company) -> None:
    bulk = many.begun()
    assert many.look()
    assert counts(many.results(bulk)).under_way == AT_ONCE
    assert not many.look()
    bulk = many.carry(bulk)
    assert many.have_access() == []
    assert "Access of 25 people revoked" in words(many.message())


def test_whoever_was_not_asked_for_yet_is_counted_until_it_is_stopped(many: Company) -> None:
    bulk = many.begun()
    assert still_to_ask(many.context) == 25
    many.look()
    assert still_to_ask(many.context) == 5
    stop(many.context, bulk.id, ALICE)
    assert still_to_ask(many.context) == 0


def test_who_leaves_later_is_not_added(three: Company) -> None:
    bulk = three.begun("p001", "p002")
    three.carry(bulk)
    assert three.have_access() == ["p003"]
    assert len(three.results(bulk)) == 2


def test_whoever_was_enabled_again_since_the_plan_keeps_their_access_and_the_thread_says_why(three: Company) -> None:
    bulk = three.begun()
    three.here.org.set_status(three.users["p002"], "ENABLED")
    bulk = three.carry(bulk)
    assert three.have_access() == ["p002"]
    message = three.message()
    assert "Access of 2 people revoked, 1 not" in words(message)
    (reply,) = three.chat.messages(message["ts"])
    assert "Not done: 1 of 3 people" in words(reply)
    assert "P002: P002 is enabled in Identity Center." in words(reply)


def test_who_was_left_out_of_the_plan_is_in_the_thread_too(three: Company) -> None:
    guarded = three.with_rules(protected=("p003@example.com",))
    guarded.carry(guarded.begun())
    message = guarded.message()
    assert words(message).startswith("✅ Access of 2 people revoked")
    (reply,) = guarded.chat.messages(message["ts"])
    assert "Left out of the plan: 1" in words(reply)
    assert "protected (LEAVERBOT_PROTECTED_USERS): P003" in words(reply)


def test_somebody_who_is_being_revoked_already_is_named_and_holds_nobody_up(three: Company) -> None:
    bulk = three.begun()
    mine = three.here.ask(three.users["p001"], REVOKE)
    three.look()
    three.here.carry_on(mine)
    bulk = three.carry(bulk)
    assert three.fates(bulk) == [Fate.NOT_DONE, Fate.DONE, Fate.DONE]
    assert "is already running" in three.results(bulk)[0].why
    assert three.have_access() == []


def test_its_actions_want_no_messages_of_their_own_for_the_cases_of_a_digest(three: Company) -> None:
    three.carry(three.begun())
    assert not [one for one in three.context.store.unshown(three.here.clock.now()) if one.kind is MessageKind.CASE]
    assert {one.kind for one in outdated(three.context.store)} <= {MessageKind.DIGEST, MessageKind.BULK}


def test_who_has_a_message_of_their_own_is_linked_to_it(tmp_path: Path) -> None:
    with company(tmp_path, digest_after=20) as three:
        three.said()
        bulk = three.begun()
        three.here.org.set_status(three.users["p002"], "ENABLED")
        three.carry(bulk)
        (reply,) = three.chat.messages(three.message()["ts"])
        assert "<https://example.slack.com/archives/C1/p" in str(reply["blocks"])


def test_a_dry_run_changes_nothing_and_says_so(three: Company) -> None:
    dry = three.with_rules(dry_run=True)
    bulk = dry.carry(dry.begun())
    assert dry.fates(bulk) == [Fate.DONE] * 3
    assert len(dry.have_access()) == 3
    assert "Dry run" in words(dry.message())
    assert buttons(dry.message()) == []


# Stop


def test_a_stop_lets_what_is_under_way_end_and_begins_nothing_more(many: Company) -> None:
    bulk = many.begun()
    many.look()
    under_way = [one.id for one in many.context.store.unfinished_actions()]
    begun = under_way[:3]
    for action_id in begun:
        many.here.step(action_id)
    assert isinstance(stop(many.context, bulk.id, BOB), Bulk)
    message = words(many.message())
    assert "Stopping: revoke the access of 25 people" in message
    assert "Stopped by <@U2>" in message
    bulk = many.carry(bulk)
    assert bulk.state is BulkState.ENDED
    now = counts(many.results(bulk))
    # The others had been asked for, and had not begun.
    assert (now.done, now.not_done, now.waiting) == (3, AT_ONCE - 3, 5)
    why = {result.why for result in many.results(bulk) if result.fate is Fate.NOT_DONE}
    assert why == {"It was stopped before this began."}
    assert len(many.have_access()) == 22
    (reply,) = many.chat.messages(many.message()["ts"])
    assert "Not done: 22 of 25 people" in words(reply)
    assert "Not started when it was stopped. (5): " in words(reply)


def test_while_it_stops_a_look_that_finds_nothing_to_do_draws_nothing_again(many: Company) -> None:
    bulk = many.begun()
    many.look()
    many.here.step(many.context.store.unfinished_actions()[0].id)
    stop(many.context, bulk.id, BOB)
    many.said()
    assert not many.look()
    assert [one for one in outdated(many.context.store) if one.kind is MessageKind.BULK] == []


def test_responders_stop_what_an_admin_began_but_nobody_else_does(three: Company) -> None:
    bulk = three.begun()
    assert refused(stop(three.context, bulk.id, MALLORY)) == "bulk_stop_for_responders"
    assert three.now(bulk).state is BulkState.RUNNING
    assert isinstance(stop(three.context, bulk.id, BOB), Bulk)
    three.carry(bulk)
    assert refused(stop(three.context, bulk.id, BOB)) == "bulk_over"
    assert [entry for entry in three.audited() if entry[2] != "asked"] == [
        ("U3", "bulk_revoke", "refused"),
        ("U2", "bulk_revoke", "stopping"),
        ("U1", "bulk_revoke", "ended"),
        ("U2", "bulk_revoke", "refused"),
    ]


# The hourly limit


def limited(made: Company, changes: int) -> Company:
    return made.with_context(auto_rules=AutoRules(changes_per_hour=changes))


def test_a_responders_bulk_beyond_the_limit_says_so_and_waits_for_its_turn(three: Company) -> None:
    few = limited(three, 2)
    plan = few.plan(asker=BOB)
    assert plan.plan
    assert plan.plan.over
    assert (plan.plan.over.people, plan.plan.over.limit) == (1, 2)
    begun = few.submit(plan, BOB, "3")
    assert isinstance(begun, Bulk)
    assert not begun.raises_limit
    few.carry(begun)
    assert few.fates(begun) == [Fate.DONE, Fate.DONE, Fate.PARKED]
    assert "1 person waits for the hourly limit" in words(few.message())
    few.here.clock.move(hours=2)
    assert few.here.carry_on(begun.id + "-3").state is ActionState.DONE
    assert few.carry(begun).state is BulkState.ENDED


def test_the_number_that_an_admin_types_lets_all_of_it_begin_now(three: Company) -> None:
    few = limited(three, 2)
    bulk = few.carry(few.begun(asker=ALICE))
    assert bulk.raises_limit
    assert few.fates(bulk) == [Fate.DONE] * 3
    assert "Above the hourly limit, by the typed number." in words(few.message())


def test_an_admin_who_types_nothing_raises_no_limit(three: Company) -> None:
    few = limited(three, 2)
    plan = few.plan()
    begun = few.submit(plan)
    assert isinstance(begun, Bulk)
    assert not begun.raises_limit


def test_within_the_limit_a_typed_number_raises_nothing(many: Company) -> None:
    assert not many.begun().raises_limit


def test_what_waits_for_the_hour_is_taken_back_when_it_is_stopped(three: Company) -> None:
    few = limited(three, 1)
    bulk = few.begun(asker=BOB)
    few.carry(bulk)
    assert counts(few.results(bulk)).parked == 2
    stop(few.context, bulk.id, ALICE)
    assert few.carry(bulk).state is BulkState.ENDED
    assert few.fates(bulk) == [Fate.DONE, Fate.NOT_DONE, Fate.NOT_DONE]
    assert few.context.store.hour(few.here.clock.now()).parked == ()


# The brake


def test_while_the_brake_is_engaged_only_denies_work_for_many(three: Company) -> None:
    braked(three)
    for kind in (REVOKE, SHUT_OUT, DELETE):
        assert refused(open_preview(three.context, kind, three.ids(), ALICE)) == "bulk_braked"
    bulk = three.carry(three.begun(kind=DENY))
    assert three.fates(bulk) == [Fate.DONE] * 3


def test_a_brake_that_engages_after_the_plan_refuses_it_and_one_that_engages_later_stops_it(many: Company) -> None:
    plan, bulk = many.plan("p001"), many.begun()
    many.look()
    braked(many)
    assert refused(many.submit(plan)) == "bulk_braked"
    bulk = many.carry(bulk)
    assert bulk.braked
    assert bulk.state is BulkState.ENDED
    assert len(many.have_access()) == 25
    assert "Stopped by the brake" in words(many.message())


def braked(made: Company) -> None:
    """The brake engages, as it does when many are disabled at once."""
    now = made.here.clock.now()
    with made.context.store._db.transaction() as connection:
        connection.execute(
            brakes.insert().values(
                id="brake-1",
                state="engaged",
                engaged_at=now,
                newest_at=now,
                asked_at=now,
                users=30,
                version=1,
                ended_by="",
            )
        )


def test_a_brake_takes_back_what_waits_for_the_hour(three: Company) -> None:
    few = limited(three, 1)
    bulk = few.carry(few.begun(asker=BOB))
    assert counts(few.results(bulk)).parked == 2
    braked(few)
    ended = few.carry(bulk)
    assert (ended.state, ended.braked) == (BulkState.ENDED, True)
    assert few.fates(bulk) == [Fate.DONE, Fate.NOT_DONE, Fate.NOT_DONE]
    assert few.context.store.hour(few.here.clock.now()).parked == ()


# The follow-up


def test_a_finished_revoke_offers_to_delete_exactly_those_it_revoked(three: Company) -> None:
    bulk = three.begun()
    three.here.org.set_status(three.users["p002"], "ENABLED")
    three.carry(bulk)
    assert buttons(three.message()) == ["Delete users (2)"]


def test_while_it_works_its_message_has_a_stop_and_once_ended_none(three: Company) -> None:
    bulk = three.begun(kind=DENY)
    assert buttons(three.message()) == ["Stop"]
    three.carry(bulk)
    assert buttons(three.message()) == []
