"""What happens in the directory is known within seconds: an event leads to a read, and the read decides."""

import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.cases import CloseReason
from bot.core.deny.placed import PlacedDeny
from bot.core.errors import AwsUnavailable
from bot.core.events.counts import Counted
from bot.core.events.reads import ReadAs
from bot.core.events.subjects import DropReason
from bot.playground.identity_center import Fault
from bot.ports import MessageKind
from bot.services.events.reading import read_due
from bot.services.events.work import BACKLOG_SECONDS, GATHER_SECONDS, gather, take_all
from tests.event_records import assigned, scim
from tests.in_line import outdated, outdated_cases
from tests.services.eventing import Hearing


@pytest.fixture
def hearing(tmp_path: Path) -> Iterator[Hearing]:
    made = Hearing(tmp_path)
    yield made
    assert not made.aws.complaints
    made.store.close()


def test_a_disabled_user_with_access_has_a_case_as_soon_as_the_event_is_read(hearing: Hearing) -> None:
    dana, _other = hearing.users(2)
    hearing.disable(dana)
    assert hearing.hear(hearing.says("DisableUser", dana)) == 1
    (case,) = hearing.cases.values()
    assert (case.user.id, len(case.grants), case.found_by) == (dana, 1, "events")
    assert hearing.queue.left == []


def test_the_case_is_the_one_that_a_scan_opens(hearing: Hearing) -> None:
    group = hearing.org.add_group("admins")
    hearing.org.assign(hearing.account, hearing.permission_set, "GROUP", group)
    dana = hearing.user(groups=(group,))
    hearing.disable(dana)
    hearing.hear(hearing.says("DisableUser", dana))
    hearing.clock.move(minutes=5)
    before = hearing.cases[dana]
    hearing.scan()
    assert hearing.cases == {dana: before}


def test_an_event_proves_nothing(hearing: Hearing) -> None:
    dana = hearing.user()
    hearing.hear(hearing.says("DisableUser", dana))
    assert hearing.cases == {}
    assert hearing.known(dana).status is ReadAs.ENABLED


def test_enabled_again_and_gone_close_the_case_with_that_reason(hearing: Hearing) -> None:
    dana, jo = hearing.users(2)
    hearing.disable(dana, jo)
    hearing.hear(hearing.says("DisableUser", dana), hearing.says("DisableUser", jo))
    first = {name: case.id for name, case in hearing.cases.items()}
    hearing.org.set_status(dana, "ENABLED")
    hearing.org.delete_user(jo)
    hearing.clock.move(minutes=1)
    hearing.hear(hearing.says("EnableUser", dana), hearing.says("DeleteUser", jo))
    closed = {name: hearing.store.case(case_id).case.closed_reason for name, case_id in first.items()}
    assert closed == {dana: CloseReason.ENABLED, jo: CloseReason.GONE}
    assert hearing.known(jo).status is ReadAs.GONE


def test_access_that_a_leaver_gets_opens_a_case(hearing: Hearing) -> None:
    dana = hearing.user(access=False)
    hearing.disable(dana)
    hearing.scan()
    assert hearing.cases == {}
    hearing.org.assign(hearing.account, hearing.permission_set, "USER", dana)
    hearing.clock.move(minutes=1)
    hearing.hear(assigned("USER", dana, hearing.clock.now()))
    assert set(hearing.cases) == {dana}


def test_access_that_a_group_gets_is_read_from_the_leavers_last_seen_in_it(hearing: Hearing) -> None:
    group, other = hearing.org.add_group("ops"), hearing.org.add_group("other")
    dana = hearing.user("dana", access=False, groups=(group,))
    jo = hearing.user("jo", access=False, groups=(other,))
    hearing.disable(dana, jo)
    hearing.scan()
    hearing.org.assign(hearing.account, hearing.permission_set, "GROUP", group)
    hearing.clock.move(minutes=1)
    assert hearing.hear(assigned("GROUP", group, hearing.clock.now())) == 1
    assert set(hearing.cases) == {dana}


def test_a_scim_event_whose_value_is_masked_is_about_its_user_all_the_same(hearing: Hearing) -> None:
    dana = hearing.user()
    hearing.disable(dana)
    hearing.hear(scim("PatchUser", dana, active="HIDDEN_DUE_TO_SECURITY_REASONS"))
    assert set(hearing.cases) == {dana}


def test_while_aws_shows_the_user_enabled_they_are_read_again_after_2_10_and_60_seconds(hearing: Hearing) -> None:
    dana = hearing.user()
    assert hearing.hear(hearing.says("DisableUser", dana)) == 1
    assert [hearing.after(seconds) for seconds in (1.9, 0.1, 9.9)] == [0, 1, 0]
    hearing.disable(dana)
    assert hearing.after(0.1) == 1
    assert set(hearing.cases) == {dana}
    assert hearing.after(600) == 0, "it is shown now"


def test_what_is_never_shown_is_left_to_the_scans(hearing: Hearing) -> None:
    dana = hearing.user()
    hearing.hear(hearing.says("DisableUser", dana))
    assert [hearing.after(seconds) for seconds in (2, 10, 60, 600)] == [1, 1, 1, 0]
    assert hearing.counted(Counted.UNSHOWN) == 1


def test_a_user_who_cannot_be_read_completely_is_read_again(hearing: Hearing) -> None:
    dana = hearing.user()
    hearing.disable(dana)
    hearing.aws.faults.add(Fault("identitystore.ListGroupMembershipsForMember", code="ThrottlingException"))
    hearing.hear(hearing.says("DisableUser", dana))
    assert not hearing.cases[dana].read_complete
    hearing.after(2)
    assert hearing.cases[dana].read_complete


def test_while_aws_is_away_everybody_stays_due(hearing: Hearing) -> None:
    dana = hearing.user()
    hearing.disable(dana)
    fault = hearing.aws.faults.add(Fault("identitystore.DescribeUser", code="ThrottlingException", times=None))
    with pytest.raises(AwsUnavailable):
        hearing.hear(hearing.says("DisableUser", dana))
    hearing.aws.faults.remove(fault)
    assert hearing.after(0) == 1
    assert set(hearing.cases) == {dana}


@pytest.mark.parametrize("people", [2, 60])
def test_while_even_the_list_of_users_cannot_be_read_everybody_stays_due(hearing: Hearing, people: int) -> None:
    some = hearing.users(people)
    hearing.scan()
    hearing.disable(*some)
    hearing.clock.move(minutes=5)
    fault = hearing.aws.faults.add(Fault("identitystore.*", code="ThrottlingException", times=None))
    with pytest.raises(AwsUnavailable):
        hearing.hear(*(hearing.says("DisableUser", one) for one in some))
    for _ in range(6):
        with pytest.raises(AwsUnavailable):
            hearing.after(60)
    hearing.aws.faults.remove(fault)
    assert hearing.after(0) == people
    assert len(hearing.cases) == people


def test_a_list_of_users_that_breaks_off_is_made_up_for_one_by_one(hearing: Hearing) -> None:
    people = hearing.users(60)
    hearing.scan()
    hearing.disable(*people)
    hearing.clock.move(minutes=5)
    hearing.aws.faults.add(Fault("identitystore.ListUsers", code="ThrottlingException"))
    assert hearing.hear(*(hearing.says("DisableUser", one) for one in people)) == 60
    assert len(hearing.cases) == 60
    assert hearing.store.next_read() is None


def test_whatever_events_ask_for_lets_others_go_first(hearing: Hearing) -> None:
    group = hearing.org.add_group("admins")
    dana = hearing.user(groups=(group,))
    hearing.disable(dana)
    event = hearing.says("DisableUser", dana)
    hearing.store.place_denies([PlacedDeny(hearing.context.directory.user(dana), "p-1", hearing.clock.now(), "U1", ())])
    hearing.aws.urgent.clear()
    hearing.hear(event)
    assert hearing.aws.calls["organizations.ListTargetsForPolicy"], "the deny was looked after"
    assert not hearing.aws.urgent


def test_a_burst_about_a_few_people_is_one_read_each(hearing: Hearing) -> None:
    people = hearing.users(5)
    hearing.disable(*people)
    events = [hearing.says("DisableUser", one) for one in people * 100]
    random.Random(1).shuffle(events)
    hearing.put(*events)
    # The 50 batches take longer than it would wait for a few more.
    seconds = itertools.count()
    gather(hearing.context, hearing.queue, 0, settle_seconds=0, stopwatch=lambda: 0.2 * GATHER_SECONDS * next(seconds))
    read_due(hearing.context)
    assert hearing.aws.calls["identitystore.DescribeUser"] == 5
    assert (len(hearing.cases), hearing.queue.left) == (5, [])
    assert hearing.counted(Counted.RECEIVED) == 500


def test_201_people_are_one_scan_which_answers_all_of_them(hearing: Hearing) -> None:
    people = hearing.users(201)
    hearing.disable(*people)
    assert hearing.hear(*(hearing.says("DisableUser", one) for one in people)) == 0
    assert len(hearing.work.scans) == 1
    assert hearing.aws.calls["identitystore.DescribeUser"] == 0
    assert hearing.after(30) == 0
    assert len(hearing.work.scans) == 1, "it is asked for once"
    hearing.clock.move(seconds=1)
    hearing.scan()
    assert len(hearing.cases) == 201
    assert hearing.store.next_read() is None


def test_200_people_are_read_at_once_and_told_in_one_digest(hearing: Hearing) -> None:
    people = hearing.users(200)
    hearing.scan()
    hearing.disable(*people)
    hearing.clock.move(minutes=5)
    assert hearing.hear(*(hearing.says("DisableUser", one) for one in people)) == 200
    assert hearing.work.scans == [hearing.work.scans[0]]
    digest = [item for item in outdated(hearing.store) if item.kind is MessageKind.DIGEST]
    assert len(digest) == 1
    assert len(hearing.store.digest_cases(digest[0].ref)) == 200
    assert outdated_cases(hearing.store) == []
    # The list of all users has fewer pages.
    assert hearing.aws.calls["identitystore.DescribeUser"] == 0


def test_a_changed_group_reads_all_open_leavers_at_most_once_a_minute(hearing: Hearing) -> None:
    people = hearing.users(3)
    hearing.disable(*people[:2])
    hearing.scan()
    hearing.clock.move(minutes=5)
    patch = [scim("PatchGroup", people[0]) for _ in range(20)]
    assert hearing.hear(*patch) == 2
    assert hearing.hear(scim("PatchGroup", people[0])) == 0
    assert hearing.after(59) == 0
    assert hearing.after(1) == 2
    assert hearing.work.scans == [hearing.work.scans[0]]


def test_past_50_open_leavers_a_changed_group_asks_for_a_scan(hearing: Hearing) -> None:
    people = hearing.users(51)
    hearing.disable(*people)
    hearing.scan()
    hearing.clock.move(minutes=5)
    assert hearing.hear(scim("PatchGroup", people[0]), hearing.says("DisableUser", people[0])) == 1
    assert len(hearing.work.scans) == 2


def test_an_action_that_changes_the_user_is_not_disturbed(hearing: Hearing) -> None:
    from bot.core.actions import Action, Asker
    from bot.core.kinds import REVOKE

    dana = hearing.user()
    hearing.disable(dana)
    hearing.hear(hearing.says("DisableUser", dana))
    case = hearing.cases[dana]
    hearing.store.add_action(Action("a", "a", REVOKE, case.user, case.id, Asker("U1", "C1"), hearing.clock.now()))
    hearing.org.set_status(dana, "ENABLED")
    hearing.clock.move(minutes=1)
    hearing.hear(hearing.says("EnableUser", dana))
    assert set(hearing.cases) == {dana}


# The queue


def test_what_was_stored_and_not_deleted_comes_again_and_has_no_effect(hearing: Hearing) -> None:
    dana = hearing.user()
    hearing.disable(dana)
    hearing.put(hearing.says("DisableUser", dana))
    delete, hearing.queue.delete = hearing.queue.delete, killed  # type: ignore[method-assign]
    with pytest.raises(Killed):
        gather(hearing.context, hearing.queue, 0, settle_seconds=0)
    hearing.queue.delete = delete  # type: ignore[method-assign]
    assert read_due(hearing.context) == 1
    version = hearing.cases[dana].version
    hearing.queue.time_out()
    assert hearing.hear() == 0
    assert hearing.cases[dana].version == version
    assert (hearing.queue.left, hearing.counted(Counted.DUPLICATE)) == ([], 1)


class Killed(BaseException):
    pass


def killed(_receipts: Any) -> None:
    raise Killed


def test_nothing_is_deleted_before_its_effect_is_stored(hearing: Hearing, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any) -> Any:
        raise Killed

    monkeypatch.setattr(type(hearing.store), "take_events", broken)
    with pytest.raises(Killed):
        hearing.hear(hearing.says("DisableUser", hearing.user()))
    assert len(hearing.queue.left) == 1


def test_poison_stays_for_the_dead_letter_queue_and_holds_up_nothing(hearing: Hearing) -> None:
    dana = hearing.user()
    hearing.disable(dana)
    hearing.hear(None, {"hello": "world"}, hearing.says("DisableUser", dana))
    hearing.queue.time_out()
    hearing.hear()
    assert set(hearing.cases) == {dana}
    assert len(hearing.queue.left) == 2
    assert hearing.counted(Counted.POISON) == 2


def test_poison_is_logged_at_most_once_a_minute(hearing: Hearing, capsys: pytest.CaptureFixture[str]) -> None:
    said = "is not an AWS event"
    hearing.hear(*[None] * 25)
    assert capsys.readouterr().out.count(said) == 1
    hearing.clock.move(seconds=61)
    hearing.hear(None)
    assert capsys.readouterr().out.count(said) == 1
    assert hearing.counted(Counted.POISON) == 26


def test_events_of_another_identity_store_are_dropped_and_named_once_a_day(
    hearing: Hearing, capsys: pytest.CaptureFixture[str]
) -> None:
    other = [hearing.says("DisableUser", hearing.user(f"u{n}"), store="d-0000000000") for n in range(3)]
    assert hearing.hear(*other[:2]) == 0
    hearing.clock.move(hours=23)
    hearing.hear(hearing.says("DisableUser", hearing.user(), store="d-0000000000"))
    assert capsys.readouterr().out.count("d-0000000000") == 1
    hearing.clock.move(hours=2)
    hearing.hear(hearing.says("DisableUser", hearing.user("jo"), store="d-0000000000"))
    assert capsys.readouterr().out.count("d-0000000000") == 1
    assert hearing.store.event_counts().dropped == {DropReason.OTHER_STORE: 4}


def test_everything_that_waits_is_taken_until_the_queue_is_empty(hearing: Hearing) -> None:
    people = hearing.users(25)
    hearing.disable(*people)
    hearing.put(*(hearing.says("DisableUser", one) for one in people))
    assert take_all(hearing.context, hearing.queue, lambda: False, settle_seconds=0) == 25
    hearing.scan()
    assert (len(hearing.cases), hearing.queue.left) == (25, [])
    assert hearing.store.next_read() is None, "the scan answers all of it"


def test_taking_everything_stops_when_it_is_told_to(hearing: Hearing) -> None:
    hearing.put(hearing.says("DisableUser", hearing.user()))
    assert take_all(hearing.context, hearing.queue, lambda: True, settle_seconds=0) == 0
    assert len(hearing.queue.left) == 1


def test_taking_everything_ends_though_more_comes_all_the_time(hearing: Hearing) -> None:
    dana, seconds = hearing.user(), iter(range(0, 1_000, 10))

    def more() -> bool:
        hearing.put(hearing.says("DisableUser", dana))
        return False

    taken = take_all(hearing.context, hearing.queue, more, settle_seconds=0, stopwatch=lambda: next(seconds))
    assert taken == 2


def test_gathering_ends_after_two_seconds_while_little_comes(hearing: Hearing) -> None:
    dana, seconds = hearing.user(), itertools.count()

    def later() -> float:
        hearing.put(hearing.says("DisableUser", dana))
        return 0.75 * GATHER_SECONDS * next(seconds)

    hearing.put(hearing.says("DisableUser", dana))
    assert gather(hearing.context, hearing.queue, 0, settle_seconds=0, stopwatch=later) == 3


def test_a_backlog_is_gathered_for_half_a_minute_at_most(hearing: Hearing) -> None:
    hearing.put(*[hearing.says("DisableUser", hearing.user())] * 60)
    seconds = itertools.count()
    taken = gather(
        hearing.context, hearing.queue, 0, settle_seconds=0, stopwatch=lambda: 0.4 * BACKLOG_SECONDS * next(seconds)
    )
    assert taken == 30


# A scan and the events


def test_a_scan_knows_whom_it_saw_disabled_and_whom_not_any_more(hearing: Hearing) -> None:
    dana, jo, kim = hearing.user("dana"), hearing.user("jo", access=False), hearing.user("kim", access=False)
    hearing.disable(dana, jo, kim)
    hearing.scan()
    assert hearing.store.disabled_users() == {dana, jo, kim}
    hearing.org.set_status(jo, "ENABLED")
    hearing.org.delete_user(kim)
    hearing.clock.move(minutes=5)
    hearing.scan()
    assert (hearing.known(jo).status, hearing.known(kim).status) == (ReadAs.ENABLED, ReadAs.GONE)
    assert hearing.store.disabled_users() == {dana}


def test_a_scan_counts_the_leavers_that_no_event_had_told_of(hearing: Hearing) -> None:
    dana, jo = hearing.users(2)
    hearing.store.listen(hearing.clock.now())
    hearing.scan()
    hearing.clock.move(minutes=5)
    hearing.disable(dana, jo)
    hearing.hear(hearing.says("DisableUser", dana))
    hearing.clock.move(minutes=5)
    hearing.scan()
    counts = hearing.store.event_counts()
    assert (counts.found_by_scan, counts.leavers) == (1, 2)


# Any order


MOVES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["disable", "enable", "delete", "assign", "hear", "scan"]),
        st.booleans(),
    ),
    max_size=14,
)


@settings(max_examples=25)
@given(moves=MOVES, order=st.randoms())
def test_events_in_any_order_and_doubled_end_as_one_scan_does(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, str, bool]], order: random.Random
) -> None:
    heard = Hearing(tmp_path_factory.mktemp("heard"), digest_after=100)
    people = [heard.user(f"user{number}", access=number % 2 == 0) for number in range(4)]
    gone: set[str] = set()
    pending: list[Any] = []
    for number, move, doubled in moves:
        user_id = people[number]
        heard.clock.move(seconds=order.choice([0, 1, 70]))
        event = _carry_out(heard, move, user_id, gone)
        if event:
            pending += [event] * (2 if doubled else 1)
        elif move == "hear":
            order.shuffle(pending)
            heard.hear(*pending)
            pending.clear()
        elif move == "scan":
            heard.scan()
    order.shuffle(pending)
    heard.hear(*pending)
    for seconds in (2, 10, 60):
        heard.after(seconds)
    found = {name: (case.user, case.grants, case.severity) for name, case in heard.cases.items()}
    by_events = heard.store.disabled_users()
    heard.clock.move(minutes=2)
    heard.scan()
    assert {name: (case.user, case.grants, case.severity) for name, case in heard.cases.items()} == found
    assert heard.store.disabled_users() == by_events
    heard.store.close()


def _carry_out(heard: Hearing, move: str, user_id: str, gone: set[str]) -> Any:
    """Change the organization; the event that this causes, if any."""
    if user_id in gone:
        return None
    if move in {"disable", "enable"}:
        heard.org.set_status(user_id, f"{move.upper()}D")
        return heard.says(f"{move.title()}User", user_id)
    if move == "delete":
        heard.org.delete_user(user_id)
        gone.add(user_id)
        return heard.says("DeleteUser", user_id)
    if move == "assign":
        heard.org.assign(heard.account, heard.permission_set, "USER", user_id)
        return assigned("USER", user_id, heard.clock.now())
    return None
