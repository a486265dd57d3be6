"""A bulk in Slack: the press in a list, its plan, the typed number, its message with Stop, and who was not done."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.actions import LEAVERBOT, ActionState
from bot.core.bulk.bulk import BULK_KINDS, Bulk, BulkPerson, BulkState, LeftOut
from bot.core.bulk.next_step import BulkResult
from bot.core.bulk.plan import BulkPlan, LeftGroup, OverLimit
from bot.core.bulk.views import BulkPlanView, BulkView
from bot.core.errors import NotFound
from bot.core.kinds import DELETE, DENY, REVOKE, Kind
from bot.core.models import User
from bot.core.plans.operations import OperationKind
from bot.playground.identity_center import Organization
from bot.playground.slack_workspace import payloads as slack
from bot.ports.store.lists import StoredList
from bot.services.bulk.view import fill_plan
from bot.slack import messages
from bot.slack.dialogs.bulk_plan import bulk_plan_view
from bot.slack.lists import bulk_payloads
from bot.slack.terminal_words import without_slack
from bot.store.database import bulk_tables
from tests.fakes.aws import FakeAws
from tests.in_line import sync
from tests.slack.desk import LEAVER, Desk
from tests.slack.examples import AT, words_of
from tests.slack.test_block_kit_limits import HOSTILE, assert_message_ok, assert_view_ok, texts
from tests.world import buttons, words

PLAN = BulkPlan(
    (
        (OperationKind.DELETE_APPLICATION_ASSIGNMENT, 12),
        (OperationKind.DELETE_ASSIGNMENT, 402),
        (OperationKind.LEAVE_GROUP, 210),
    ),
    accounts=31,
    groups=(LeftGroup("g-1", "cloud-viewers", 120, scim=True), LeftGroup("g-2", "billing", 90)),
    management=1,
    read_at=AT - timedelta(hours=2),
)


LINK = "https://acme.slack.com/archives/C1/p1772444520000100"


def people(count: int, *left_out: LeftOut) -> tuple[BulkPerson, ...]:
    out = [None] * count + list(left_out)
    return tuple(
        BulkPerson(number, User(f"u-{number}", f"p{number}@example.com", f"Person {number}"), left_out=why)
        for number, why in enumerate(out, 1)
    )


def bulk(count: int = 187, *left_out: LeftOut, kind: Kind = REVOKE, **more: Any) -> Bulk:
    given = {"plan": PLAN, "filter_text": "critical", **more}
    return Bulk("bulk-1", kind, "UALICE", "C1", made_at=AT, people=people(count, *left_out), **given)


def view(found: Bulk, *states: ActionState | None, **more: Any) -> BulkView:
    """It, with its first people so far."""
    given = [*states, *[None] * (len(found.people) - len(states))]
    results = [
        BulkResult(person, state, message="AWS said no." if state is ActionState.FAILED else "")
        for person, state in zip(found.people, given, strict=True)
    ]
    return BulkView(found, results, **more)


def running(**more: Any) -> Bulk:
    return bulk(3, state=BulkState.RUNNING, began_at=AT, **more)


def ended(**more: Any) -> Bulk:
    return bulk(3, **{"state": BulkState.ENDED, "began_at": AT, "ended_at": AT + timedelta(minutes=4), **more})


def labels(message: Any) -> list[str]:
    return buttons({"blocks": message.blocks})


# The plan


def test_the_plan_is_short_and_says_what_it_removes_and_what_each_group_means() -> None:
    shown = bulk_plan_view(BulkPlanView(bulk(187, LeftOut.PROTECTED, LeftOut.ENABLED, LeftOut.ENABLED)))
    said = words(shown["blocks"])
    assert "*This will revoke the access of 187 people.*" in said
    removes = "It removes 402 assignments in 31 accounts, 12 application assignments and 210 group memberships."
    assert removes in said
    assert "Each person is read again before anything changes." in said
    assert "*Groups they leave*\nRemove them from synced groups in your directory too, or they come back.\n" in said
    assert "• *cloud-viewers*: 120 people, synced\n• *billing*: 90 people" in said
    assert "1 way in stays: only the management account can take it away." in said
    assert "protected (LEAVERBOT_PROTECTED_USERS): Person 188" in said
    assert "no longer disabled: Person 189 and Person 190" in said
    assert shown["submit"]["text"] == "Revoke access (187)"


def test_everybody_left_out_is_named_as_far_as_names_fit_and_linked() -> None:
    few = bulk(2, *[LeftOut.PROTECTED] * 30)
    shown = words(bulk_plan_view(BulkPlanView(few, links={1: LINK, 32: LINK})))
    assert "*Left out: 30*" in shown
    assert all(f"Person {number}" in shown for number in range(1, 33))
    assert f"<{LINK}|Person 1> and Person 2" in shown
    assert f"Person 31 and <{LINK}|Person 32>" in shown
    many = bulk(2, *[LeftOut.ENABLED] * 100)
    assert "Person 42 and 60 more" in words(bulk_plan_view(BulkPlanView(many)))
    assert "Person 25 and 75 more" in words(bulk_plan_view(BulkPlanView(bulk(100))))
    nobody = bulk(0, *[LeftOut.GONE] * 12)
    assert "Person 12" in words(bulk_plan_view(BulkPlanView(nobody, "Nobody is left.")))


@pytest.mark.parametrize("kind", BULK_KINDS)
@pytest.mark.parametrize("count", [1, 10, 11])
def test_a_number_is_asked_for_beyond_ten_and_for_every_delete(kind: Kind, count: int) -> None:
    shown = bulk_plan_view(BulkPlanView(bulk(count, kind=kind)))
    fields = [block for block in shown["blocks"] if block["type"] == "input"]
    assert bool(fields) is (count > 10 or kind is DELETE)
    assert all(field["label"]["text"].endswith(f": {count}") and not field.get("optional") for field in fields)


def test_an_admin_may_raise_the_limit_and_a_responder_is_told_what_waits() -> None:
    over = replace(PLAN, over=OverLimit(3, 2, AT))
    admin = bulk_plan_view(BulkPlanView(bulk(5, plan=over), admin=True))
    assert "*More than is left of the hourly limit (2)*: type the number below" in words(admin["blocks"])
    (field,) = (block for block in admin["blocks"] if block["type"] == "input")
    assert field["optional"]
    responder = bulk_plan_view(BulkPlanView(bulk(5, plan=over)))
    assert "3 people wait for their turn" in words(responder["blocks"])
    assert not [block for block in responder["blocks"] if block["type"] == "input"]


def test_the_plan_says_whom_the_deny_policies_have_no_room_for() -> None:
    full = BulkPlanView(bulk(14, kind=DENY, plan=BulkPlan(no_room=4)))
    assert "no room* for 4 people. They are denied in their permission sets instead" in words(bulk_plan_view(full))
    assert "Their deny will fail." in words(bulk_plan_view(replace(full, inline=False)))
    unread = replace(full, bulk=bulk(14, kind=DENY, plan=BulkPlan(no_room=None)))
    assert "could not be read" in words(bulk_plan_view(unread))


def test_while_it_is_read_and_when_there_is_nobody_left_nothing_can_be_submitted() -> None:
    reading = bulk_plan_view(BulkPlanView(bulk(2, plan=None)))
    assert "Reading…" in words(reading)
    nobody = bulk_plan_view(BulkPlanView(bulk(0, LeftOut.GONE), "Nobody is left to act on."))
    assert "already deleted: Person 1" in words(nobody)
    assert "submit" not in reading
    assert "submit" not in nobody


# Its message


def test_its_message_counts_done_not_done_and_left_with_a_stop() -> None:
    message = messages.bulk_message(view(running(), ActionState.DONE, ActionState.FAILED))
    assert message.text == "⏳ Working: revoke the access of 3 people"
    assert "1 done · 1 not done · 1 left" in words_of(message)
    assert "By <@UALICE> from the list `critical`" in words_of(message)
    assert labels(message) == ["Stop"]


@pytest.mark.parametrize(
    ("filter_text", "said"),
    [
        ("", "By <@UALICE>, "),
        ("found id-1", "By <@UALICE> from a digest, "),
        ("critical found id-1", "By <@UALICE> from the list `critical` of a digest, "),
        ("no filter", "By <@UALICE> from the list `no filter`, "),
    ],
)
def test_its_message_says_where_its_people_were_found_without_ids(filter_text: str, said: str) -> None:
    assert said in words_of(messages.bulk_message(view(running(filter_text=filter_text))))


def test_stopping_says_who_stopped_it_and_has_no_stop_any_more() -> None:
    stopping = replace(running(), state=BulkState.STOPPING, stopped_at=AT, stopped_by="UBOB")
    message = messages.bulk_message(view(stopping, ActionState.RUNNING, ActionState.DONE))
    assert "Stopped by <@UBOB>" in words_of(message)
    assert "1 under way finishes, nothing more starts." in words_of(message)
    assert labels(message) == []
    braked = messages.bulk_message(view(replace(stopping, stopped_by=LEAVERBOT)))
    assert "Stopped by the brake" in words_of(braked)


def test_it_ends_as_its_report_and_offers_the_delete() -> None:
    all_done = view(ended(), *[ActionState.DONE] * 3, deletes_next=True)
    message = messages.bulk_message(all_done)
    assert message.text == "✅ Access of 3 people revoked"
    assert "3 done · 0 not done" in words_of(message)
    assert "`leaverbot bulks show bulk-1`" in words_of(message)
    assert "in 4 min" in words_of(message)
    assert labels(message) == ["Delete users (3)"]
    some = messages.bulk_message(view(ended(), ActionState.DONE, ActionState.FAILED))
    assert some.text == "⚠️ Access of 1 person revoked, 2 not"
    assert "1 done · 1 not done · 1 not started" in words_of(some)
    assert "Who was not done, and why, is in the thread." in words_of(some)


def test_who_was_not_done_is_said_by_why_with_links_and_by_number_for_many() -> None:
    found = view(
        bulk(40, LeftOut.PROTECTED, state=BulkState.ENDED, began_at=AT, stopped_at=AT, stopped_by="UBOB"),
        ActionState.DONE,
        ActionState.FAILED,
        links={2: "https://example.slack.com/archives/C1/p1", 41: LINK},
    )
    message = messages.bulk_rest_message(found)
    assert message.text == "Not done: 39 of 40 people"
    assert "• <https://example.slack.com/archives/C1/p1|Person 2>: AWS said no." in words_of(message)
    assert "• Not started when it was stopped. (38): Person 3, Person 4" in words_of(message)
    assert "and 23 more" in words_of(message)
    assert "*Left out of the plan: 1*" in words_of(message)
    assert f"<{LINK}|Person 41>" in words_of(message)


def test_where_there_are_no_buttons_the_commands_stand_in_their_place() -> None:
    message = without_slack(messages.bulk_message(view(running(), buttons=False)))
    assert "leaverbot bulks stop bulk-1" in words_of(message)
    assert labels(message) == []


# Slack's limits


@pytest.mark.parametrize(
    ("kind", "text"), [*((kind, "Dana Rossi") for kind in BULK_KINDS), *((REVOKE, text) for text in HOSTILE)]
)
def test_slack_takes_the_plan_the_message_and_the_report_for_three_thousand_people(kind: Kind, text: str) -> None:
    everybody = tuple(
        BulkPerson(
            number, User(f"u-{number}", text, text), left_out=list(LeftOut)[number % 9] if number % 9 < 8 else None
        )
        for number in range(1, 3001)
    )
    groups = tuple(LeftGroup(f"g-{number}", text, 3, scim=True) for number in range(900))
    plan = replace(PLAN, groups=groups, over=OverLimit(2900, 100, AT))
    found = bulk(0, kind=kind, plan=plan, state=BulkState.ENDED, began_at=AT, ended_at=AT, filter_text=text)
    found = replace(found, people=everybody)
    for admin in (True, False):
        assert_view_ok(bulk_plan_view(BulkPlanView(replace(found, people=people(3000)), admin=admin)))
        assert_view_ok(bulk_plan_view(BulkPlanView(found, admin=admin, links=dict.fromkeys(range(3001), LINK))))
    assert_view_ok(bulk_plan_view(BulkPlanView(found, text or "-")))
    states = [ActionState.FAILED, ActionState.DONE, ActionState.QUEUED, None]
    results = [
        BulkResult(
            replace(person, left_out=None),
            states[person.number % 4],
            AT,
            f"{text} {person.number}",
            "C1",
            f"{person.number}.2",
        )
        for person in everybody
    ]
    for state in (BulkState.RUNNING, BulkState.STOPPING, BulkState.ENDED):
        shown = BulkView(replace(found, state=state, stopped_at=AT, stopped_by="UBOB"), results, deletes_next=True)
        assert_message_ok(messages.bulk_message(shown))
        assert_message_ok(messages.bulk_rest_message(shown))


@given(texts, st.sampled_from(LeftOut))
def test_a_report_about_nobody_but_those_left_out_is_taken_too(text: str, why: LeftOut) -> None:
    found = replace(ended(), people=(BulkPerson(1, User("u-1", text, text), left_out=why),))
    assert_message_ok(messages.bulk_rest_message(BulkView(found, [BulkResult(found.people[0])])))


# Pressed


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    org = Organization(seed=1)
    made = Desk(tmp_path, aws=FakeAws(org))
    made.store.add_list(StoredList("list-1", made.alice, made.context.clock.now(), "normal", selected=(LEAVER,)))
    yield made
    made.close()


def pressed(desk: Desk, action_id: str, value: str, user: str = "") -> None:
    """A button that stands anywhere."""
    payload = desk.payload(user=user)
    payload["actions"][0] |= {"action_id": action_id, "value": value}
    assert desk.dispatch(payload).status == 200


def planned(desk: Desk, kind: Kind = REVOKE) -> str:
    """The id of the bulk whose plan is open."""
    pressed(desk, bulk_payloads.bulk_id(kind), bulk_payloads.encode_list("list-1"))
    (bulk_id,) = desk.work.plans[-1:]
    return bulk_id


def submitted(desk: Desk, typed: str = "", user: str = "") -> dict[str, Any]:
    open_view = desk.workspace.views[desk.alice][-1]
    payload = slack.submission(desk.workspace, open_view)
    payload["user"]["id"] = user or desk.alice
    values = {
        bulk_payloads.COUNT_BLOCK_ID: {bulk_payloads.COUNT_ACTION_ID: {"type": "plain_text_input", "value": typed}}
    }
    payload["view"]["state"] = {"values": values}
    answer = desk.dispatch(payload)
    assert answer.status == 200
    return dict(json.loads(answer.body or "{}"))


def test_a_press_in_a_list_opens_a_plan_for_who_is_selected_there(desk: Desk) -> None:
    bulk_id = planned(desk)
    assert "Reading…" in words(desk.workspace.view(desk.alice))
    stored = desk.store.bulk(bulk_id)
    assert [person.user.id for person in stored.people] == [LEAVER]
    assert (stored.by, stored.filter_text, stored.state) == (desk.alice, "normal", BulkState.PREVIEW)
    fill_plan(desk.context, bulk_id)
    # The organization of this test has nobody.
    shown = words(desk.workspace.view(desk.alice))
    assert "already deleted: " in shown
    assert "|Dana Rossi>" in shown


def test_who_may_not_is_told_so_and_no_plan_opens(desk: Desk) -> None:
    desk.store.add_list(StoredList("list-2", desk.bob, desk.context.clock.now(), selected=(LEAVER,)))
    pressed(desk, bulk_payloads.bulk_id(REVOKE), bulk_payloads.encode_list("list-2"), desk.bob)
    assert "only responders may revoke" in desk.told(desk.bob)
    assert desk.workspace.view(desk.bob) is None


def test_whose_case_was_closed_since_they_were_selected_is_named_in_the_plan(desk: Desk) -> None:
    desk.store.add_list(StoredList("list-3", desk.alice, desk.context.clock.now(), selected=(LEAVER, "u-closed")))
    pressed(desk, bulk_payloads.bulk_id(REVOKE), bulk_payloads.encode_list("list-3"))
    fill_plan(desk.context, desk.work.plans[-1])
    assert "already deleted: " in (said := words(desk.workspace.view(desk.alice)))
    assert "u-closed" in said


def test_a_list_that_is_gone_or_of_somebody_else_opens_nothing(desk: Desk) -> None:
    pressed(desk, bulk_payloads.bulk_id(DENY), bulk_payloads.encode_list("gone"))
    assert "/leavers" in desk.told()
    pressed(desk, bulk_payloads.bulk_id(DENY), bulk_payloads.encode_list("list-1"), desk.bob)
    assert desk.workspace.view(desk.bob) is None
    assert desk.workspace.view(desk.alice) is None


def ready(desk: Desk, count: int = 11) -> str:
    """A plan for so many people that is read and shown."""
    bulk_id = planned(desk)
    found = replace(desk.store.bulk(bulk_id), people=people(count), plan=PLAN)
    assert desk.store.plan_bulk(found)
    desk.context.chat.show_bulk_plan(BulkPlanView(found, "" if count else "There is nobody."), found.view_id)
    return bulk_id


def test_a_wrong_number_keeps_the_plan_open_and_the_right_one_begins_it(desk: Desk) -> None:
    bulk_id = ready(desk)
    assert submitted(desk, "12")["errors"] == {"count": "That is not the number. Type 11 to confirm."}
    assert desk.store.bulk(bulk_id).state is BulkState.PREVIEW
    submitted(desk, "11")
    assert desk.store.bulk(bulk_id).state is BulkState.RUNNING
    sync(desk.context)
    assert "Working: revoke the access of 11 people" in words(desk.workspace.messages(desk.channel)[-1])


def test_a_plan_that_is_not_the_one_in_the_dialog_begins_nothing(desk: Desk) -> None:
    bulk_id = ready(desk)
    someone = User("user-000000", "mallory")
    with desk.store._db.transaction() as connection:
        changed = bulk_tables.people.update().where(bulk_tables.people.c.number == 1)
        connection.execute(changed.values(user=someone, user_id=someone.id))
    assert "the plan in the database is not the one that was confirmed" in words(submitted(desk, "11")["view"])
    assert desk.store.bulk(bulk_id).state is BulkState.PREVIEW


def test_a_plan_that_cannot_begin_any_more_says_why_in_its_place(desk: Desk) -> None:
    bulk_id = ready(desk, 0)
    answer = submitted(desk)
    assert answer["response_action"] == "update"
    assert "Nobody is selected." in words(answer["view"])
    assert desk.store.bulk(bulk_id).state is BulkState.PREVIEW


def test_stop_on_its_message_stops_it_and_refuses_who_may_not(desk: Desk) -> None:
    bulk_id = ready(desk)
    submitted(desk, "11")
    pressed(desk, bulk_payloads.STOP_BULK, bulk_payloads.encode_bulk(bulk_id), desk.bob)
    assert "Only responders may stop this." in desk.told(desk.bob)
    pressed(desk, bulk_payloads.STOP_BULK, bulk_payloads.encode_bulk(bulk_id))
    assert desk.store.bulk(bulk_id).state is BulkState.STOPPING


def test_delete_users_opens_the_plan_for_those_who_were_revoked(desk: Desk) -> None:
    bulk_id = ready(desk, 1)
    submitted(desk)
    desk.store.end_bulk(bulk_id, desk.context.clock.now())
    pressed(desk, bulk_payloads.DELETE_NEXT, bulk_payloads.encode_bulk(bulk_id))
    assert "Nobody is selected." in desk.told()


def test_nobody_is_told_that_nothing_was_started_once_it_began_nor_that_it_began_when_it_did_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise OSError("busy")

    bulk_id = ready(desk)
    monkeypatch.setattr(desk.work, "wake", broken, raising=False)
    submitted(desk, "11")
    assert desk.store.bulk(bulk_id).state is BulkState.RUNNING
    assert "Nothing was started" not in desk.told()
    monkeypatch.setattr(desk.store, "begin_bulk", lambda *_: broken())
    ready(desk)
    submitted(desk, "11")
    assert "Nothing was started" in desk.told()


@pytest.mark.parametrize("value", ["", "{}", '{"v":1}', '{"v":2,"bulk":"b"}', '{"v":1,"bulk":7}'])
def test_what_this_version_did_not_write_is_refused(value: str) -> None:
    with pytest.raises(NotFound):
        bulk_payloads.decode_bulk(value)
    with pytest.raises(NotFound):
        bulk_payloads.decode_plan(value)
    assert bulk_payloads.decode_bulk(bulk_payloads.encode_bulk("b")) == "b"
    assert bulk_payloads.decode_plan(bulk_payloads.encode_plan("b", "digest")) == ("b", "digest")
