"""Whether a rule acts: never before its time, never on anybody excluded, never unannounced; and each guard by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.access.severity import Severity
from bot.core.actions import ActionState
from bot.core.events.reads import UNSEEN, ReadAs, UserRead
from bot.core.kinds import DELETE, DENY, REVOKE, Kind, Lane
from bot.core.models import User, UserStatus
from bot.core.rules import decide as deciding
from bot.core.rules import guards
from bot.core.rules.announcements import LEAST_STANDS, MOST_STANDS, Announcement, AnnouncementState, stands
from bot.core.rules.decide import decide
from bot.core.rules.decisions import Act, Announce, Later, Never, Why
from bot.core.rules.durations import Durations
from bot.core.rules.facts import Circumstances, Facts, LastAction, OpenCase, Person, Source, Stop
from bot.core.rules.guards import GUARDS, TRY_AGAIN
from bot.core.rules.rules import AUTO_DELETE, AUTO_DENY, AUTO_REVOKE, DenyScope, Rule
from bot.core.rules.times import FIRST_MINUTE

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
USER = User("00000000-0000-4000-8000-000000000001", "dana@example.com", status=UserStatus.DISABLED)
STATES = list(ActionState)


def rule_after(kind: Kind, after: timedelta) -> Rule:
    """The rule of this kind; a deny has no time of its own."""
    if kind is DENY:
        return Rule(DENY, AUTO_DENY, scope=DenyScope.ALL)
    setting = AUTO_REVOKE if kind is REVOKE else AUTO_DELETE
    return Rule(kind, setting, durations=Durations(dict.fromkeys(Severity, after)))


def ready(rule: Rule, *, since: datetime = NOW - 30 * DAY, posted: datetime = NOW - 2 * DAY) -> Facts:
    """Somebody on whom the rule acts now."""
    read = UserRead(USER.id, ReadAs.DISABLED, NOW - MINUTE, True, since, since, since, USER)
    announcement = Announcement(
        "a-1", USER, rule.kind, str(rule), since, posted - SECOND, posted, "case-1", posted_at=posted
    )
    case = None if rule.kind is DELETE else OpenCase("case-1", Severity.HIGH)
    return Facts(Person(read, case), Circumstances(NOW), announcement)


def person(facts: Facts, **changed: Any) -> Facts:
    return replace(facts, person=replace(facts.person, **changed))


def read(facts: Facts, **changed: Any) -> Facts:
    return person(facts, read=replace(facts.person.read, **changed))


def around(facts: Facts, **changed: Any) -> Facts:
    return replace(facts, around=replace(facts.around, **changed))


def announcement(facts: Facts, **changed: Any) -> Facts:
    return replace(facts, announcement=facts.announcement and replace(facts.announcement, **changed))


def last(facts: Facts, state: ActionState, ended: datetime | None, **changed: Any) -> Facts:
    counts_from = facts.person.read.counts_from
    assert counts_from
    case_id = facts.person.case.id if facts.person.case else ""
    return replace(facts, last=replace(LastAction("x", counts_from, case_id, state, ended), **changed))


def why(rule: Rule, facts: Facts) -> Why | None:
    found = decide(rule, facts)
    return found.why if isinstance(found, Later | Never) else None


# Anything that may be, near what acts.

KINDS = st.sampled_from([DENY, REVOKE, DELETE])
AFTERS = st.one_of(
    st.sampled_from([timedelta(0), MINUTE, HOUR, DAY, 3 * DAY]), st.integers(0, 10_000).map(MINUTE.__mul__)
)
BACK = st.one_of(
    st.sampled_from([NOW - 30 * DAY, NOW - 8 * DAY]),
    st.integers(-100, 3 * 86_400).map(lambda seconds: NOW - seconds * SECOND),
)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    kind = draw(KINDS)
    if kind is DENY:
        return Rule(DENY, AUTO_DENY, scope=draw(st.sampled_from(DenyScope)))
    times = draw(st.dictionaries(st.sampled_from(Severity), AFTERS, min_size=1))
    return Rule(kind, AUTO_REVOKE if kind is REVOKE else AUTO_DELETE, durations=Durations(times))


@st.composite
def somebody(draw: st.DrawFn, rule: Rule) -> Facts:
    """Ready, or with a few things otherwise."""
    facts = ready(rule, since=draw(BACK), posted=draw(BACK))
    changes: list[Callable[[], Facts]] = [
        lambda: read(facts, status=draw(st.sampled_from(ReadAs))),
        lambda: read(facts, complete=draw(st.booleans())),
        lambda: read(facts, read_started_at=NOW - draw(st.integers(0, 200_000)) * SECOND),
        lambda: read(facts, first_disabled_at=draw(BACK)),
        lambda: read(facts, counts_from=draw(BACK)),
        lambda: read(facts, user=draw(st.sampled_from([None, USER]))),
        lambda: person(facts, case=draw(st.sampled_from([None, *(OpenCase("c", one) for one in Severity)]))),
        lambda: person(facts, case=OpenCase("c", Severity.CRITICAL, incident=True)),
        lambda: person(facts, denied=draw(st.booleans())),
        lambda: person(facts, busy=draw(st.sets(st.sampled_from(Lane)).map(frozenset))),
        lambda: person(facts, stop=draw(st.sampled_from([None, Stop("U", NOW)]))),
        lambda: person(facts, held=draw(st.booleans())),
        lambda: around(facts, brake=draw(st.booleans()), looked=draw(st.booleans())),
        lambda: around(facts, own_name=draw(st.sampled_from(["", None, "Dana@example.com", "bob"]))),
        lambda: around(facts, deny_ready=draw(st.booleans()), dry_run=draw(st.booleans())),
        lambda: last(
            facts, draw(st.sampled_from(STATES)), draw(st.one_of(st.none(), BACK)), dry_run=draw(st.booleans())
        ),
        lambda: replace(facts, protected=draw(st.booleans())),
        lambda: replace(facts, source=draw(st.sampled_from(Source))),
        lambda: replace(facts, announcement=None),
        lambda: announcement(facts, posted_at=draw(st.one_of(st.none(), BACK))),
        lambda: announcement(facts, state=draw(st.sampled_from(AnnouncementState))),
        lambda: announcement(facts, acts_at=draw(BACK)),
        lambda: announcement(facts, rule="LEAVERBOT_AUTO_REVOKE_AFTER=7d"),
        lambda: announcement(facts, kind=draw(KINDS)),
    ]
    for change in draw(st.lists(st.sampled_from(changes), max_size=3)):
        facts = change()
    return facts


@st.composite
def cases(draw: st.DrawFn) -> tuple[Rule, Facts]:
    rule = draw(rules())
    return rule, draw(somebody(rule))


@given(cases())
def test_no_rule_ever_acts_on_anybody_whom_it_must_leave_alone(case: tuple[Rule, Facts]) -> None:
    rule, facts = case
    if not isinstance(decide(rule, facts), Act):
        return
    one, newest = facts.person, facts.person.read
    assert newest.status is ReadAs.DISABLED
    assert newest.complete
    assert NOW - newest.read_started_at <= UNSEEN
    assert not facts.protected
    assert one.user.user_name
    assert facts.around.own_name in {"", "bob"}
    assert facts.source is Source.FINE
    assert (one.stop, one.held, facts.around.brake, facts.around.looked) == (None, False, False, True)
    assert (one.case is None) == (rule.kind is DELETE)
    assert not (one.denied and rule.kind in {DELETE, DENY})
    assert rule.after(facts.severity, incident=facts.incident) is not None


@given(cases())
def test_no_rule_ever_acts_before_its_time_or_unannounced(case: tuple[Rule, Facts]) -> None:
    rule, facts = case
    if not isinstance(decide(rule, facts), Act):
        return
    after, newest, said = rule.after(facts.severity, incident=facts.incident), facts.person.read, facts.announcement
    assert after is not None
    assert newest.counts_from
    assert newest.first_disabled_at
    assert newest.counts_from + after <= NOW
    assert newest.first_disabled_at + 60 * SECOND <= NOW
    assert said
    assert (said.state, said.kind, said.rule) == (AnnouncementState.WAITING, rule.kind, str(rule))
    assert said.counts_from == newest.counts_from
    assert said.posted_at
    assert said.posted_at + max(60 * SECOND, min(after, DAY)) <= NOW
    assert said.acts_at <= NOW


@given(cases(), st.integers(0, 100_000))
def test_what_acts_now_acts_later_too_as_long_as_people_are_read(case: tuple[Rule, Facts], seconds: int) -> None:
    rule, facts = case
    if not isinstance(decide(rule, facts), Act):
        return
    later = NOW + seconds * SECOND
    assert isinstance(decide(rule, read(around(facts, now=later), read_started_at=later)), Act)


@given(cases())
def test_what_waits_for_a_time_no_longer_waits_for_it_then(case: tuple[Rule, Facts]) -> None:
    rule, facts = case
    found = decide(rule, facts)
    if not isinstance(found, Later) or found.at is None:
        return
    assert found.at > NOW
    then = decide(rule, read(around(facts, now=found.at), read_started_at=found.at))
    # First it waits for the time to announce it, and then for the time to act.
    assert not isinstance(then, Later) or then.why is not found.why or (then.at is not None and then.at > found.at)


@given(rules(), st.data())
def test_an_announcement_says_a_time_at_which_nothing_but_its_own_time_is_in_the_way(
    rule: Rule, data: st.DataObject
) -> None:
    facts = replace(data.draw(somebody(rule)), announcement=None)
    found = decide(rule, facts)
    if not isinstance(found, Announce):
        return
    since = facts.person.read.counts_from
    assert since
    said = Announcement("a-2", USER, rule.kind, str(rule), since, NOW, found.acts_at, posted_at=NOW)
    for at, acts in ((found.acts_at - timedelta(microseconds=1), False), (found.acts_at, True)):
        then = decide(rule, read(around(replace(facts, announcement=said), now=at), read_started_at=at))
        assert isinstance(then, Act) is acts


# Boundaries


@pytest.mark.parametrize("after", [timedelta(0), LEAST_STANDS, HOUR, MOST_STANDS, 30 * DAY])
def test_it_is_announced_as_long_before_its_time_as_the_announcement_has_to_stand(after: timedelta) -> None:
    rule = rule_after(REVOKE, after)
    since = NOW - after + stands(after)
    early = replace(ready(rule, since=since + SECOND), announcement=None)
    assert decide(rule, early) == Later(Why.NOT_DUE, NOW + SECOND)
    assert isinstance(decide(rule, replace(ready(rule, since=since), announcement=None)), Announce)


@pytest.mark.parametrize(("after", "has_to_stand"), [(timedelta(0), MINUTE), (HOUR, HOUR), (30 * DAY, DAY)])
def test_it_acts_once_the_announcement_has_stood_for_the_rules_own_time_within_a_minute_and_a_day(
    after: timedelta, has_to_stand: timedelta
) -> None:
    rule = rule_after(REVOKE, after)
    assert isinstance(decide(rule, ready(rule, since=NOW - 60 * DAY, posted=NOW - has_to_stand)), Act)
    posted = NOW - has_to_stand + SECOND
    assert decide(rule, ready(rule, since=NOW - 60 * DAY, posted=posted)) == Later(Why.STANDS, NOW + SECOND)


def test_nobody_is_acted_on_within_a_minute_of_the_first_read_however_early_it_was_announced() -> None:
    rule = rule_after(DENY, timedelta(0))
    for first, acts in ((NOW - FIRST_MINUTE, True), (NOW - FIRST_MINUTE + SECOND, False)):
        assert isinstance(decide(rule, read(ready(rule), first_disabled_at=first)), Act) is acts


@pytest.mark.parametrize("state", [ActionState.INCOMPLETE, ActionState.REFUSED, ActionState.FAILED])
def test_after_an_action_that_did_not_end_well_a_day_passes(state: ActionState) -> None:
    rule = rule_after(REVOKE, HOUR)
    assert isinstance(decide(rule, last(ready(rule), state, NOW - TRY_AGAIN)), Act)
    assert decide(rule, last(ready(rule), state, NOW - DAY + SECOND)) == Later(Why.TRIED, NOW + SECOND)


def test_what_was_done_is_not_done_again_until_the_time_counts_anew_or_a_case_opens() -> None:
    rule = rule_after(REVOKE, HOUR)
    done = last(ready(rule), ActionState.DONE, NOW - 10 * DAY)
    assert why(rule, done) is Why.DONE
    assert isinstance(decide(rule, last(ready(rule), ActionState.DONE, NOW, counts_from=NOW - 90 * DAY)), Act)
    assert isinstance(decide(rule, last(ready(rule), ActionState.DONE, NOW, case_id="case-0")), Act)


def test_nobody_is_denied_again_before_a_case_opens_even_if_a_gap_in_the_reads_moved_the_time() -> None:
    done = last(ready(DENYING), ActionState.DONE, NOW, counts_from=NOW - 90 * DAY)
    assert why(DENYING, done) is Why.DONE
    assert isinstance(decide(DENYING, last(ready(DENYING), ActionState.DONE, NOW, case_id="case-0")), Act)


def test_a_dry_run_counts_as_done_as_long_as_nothing_is_changed() -> None:
    rule = rule_after(REVOKE, HOUR)
    dry = last(ready(rule), ActionState.DONE, NOW, dry_run=True)
    assert why(rule, around(dry, dry_run=True)) is Why.DONE
    assert isinstance(decide(rule, dry), Act)
    assert why(rule, around(last(dry, ActionState.DONE, NOW), dry_run=True)) is Why.DONE


def test_an_announcement_whose_time_the_rule_would_not_wait_for_any_more_is_made_again() -> None:
    rule = Rule(REVOKE, AUTO_REVOKE, durations=Durations({Severity.HIGH: 30 * DAY, Severity.CRITICAL: timedelta(0)}))
    facts = announcement(ready(rule, since=NOW - DAY), acts_at=NOW + 29 * DAY)
    assert isinstance(decide(rule, facts), Later)
    worse = person(facts, case=OpenCase("case-1", Severity.CRITICAL))
    assert decide(rule, worse) == Announce(NOW + LEAST_STANDS)


def test_only_whom_the_setting_names_a_time_for_is_meant() -> None:
    rule = Rule(DENY, AUTO_DENY, scope=DenyScope.CRITICAL)
    found = [why(rule, person(ready(rule), case=OpenCase("case-1", severity))) for severity in Severity]
    assert found == [None, Why.NOT_MEANT, Why.NOT_MEANT]
    used = OpenCase("case-1", Severity.NORMAL, incident=True)
    assert isinstance(decide(rule, person(ready(rule), case=used)), Act)


def test_an_action_that_was_asked_for_stands_by_its_own_announcement_and_not_by_another() -> None:
    rule = rule_after(REVOKE, HOUR)
    mine = replace(announcement(ready(rule), state=AnnouncementState.ASKED, action_id="x"), asked=True)
    assert isinstance(decide(rule, mine), Act)
    assert isinstance(decide(rule, replace(mine, asked=False)), Announce)
    assert isinstance(decide(rule, announcement(mine, state=AnnouncementState.OVER)), Announce)


def test_an_action_under_way_is_not_stopped_by_what_it_does_itself() -> None:
    rule = rule_after(DENY, timedelta(0))
    mine = replace(announcement(ready(rule), state=AnnouncementState.ASKED), asked=True)
    mine = read(person(mine, denied=True, busy=frozenset(Lane), case=None), complete=False)
    assert isinstance(decide(rule, mine), Act)


# Each guard by itself

REVOKING, DELETING, DENYING = rule_after(REVOKE, DAY), rule_after(DELETE, DAY), rule_after(DENY, DAY)
RECENT = ready(REVOKING, since=NOW - HOUR, posted=NOW - 2 * DAY)
ALONE: dict[Any, tuple[Rule, Facts, Why]] = {
    guards.disabled: (REVOKING, read(ready(REVOKING), status=ReadAs.ENABLED), Why.NOT_DISABLED),
    guards.unprotected: (REVOKING, replace(ready(REVOKING), protected=True), Why.PROTECTED),
    guards.somebody_else: (REVOKING, around(ready(REVOKING), own_name="DANA@example.com"), Why.OWN_IDENTITY),
    guards.inactive_in_source: (REVOKING, replace(ready(REVOKING), source=Source.ACTIVE), Why.ACTIVE_IN_SOURCE),
    guards.meant: (
        narrow := Rule(DENY, AUTO_DENY, scope=DenyScope.CRITICAL),
        person(ready(narrow), case=OpenCase("case-1", Severity.NORMAL)),
        Why.NOT_MEANT,
    ),
    guards.fits_access: (DELETING, person(ready(DELETING), case=OpenCase("c", Severity.HIGH)), Why.HAS_ACCESS),
    guards.deniable: (DENYING, person(ready(DENYING), denied=True), Why.ALREADY_DENIED),
    guards.not_done: (REVOKING, last(ready(REVOKING), ActionState.DONE, NOW - DAY), Why.DONE),
    guards.read_completely: (REVOKING, read(ready(REVOKING), complete=False), Why.INCOMPLETE),
    guards.looked: (REVOKING, around(ready(REVOKING), looked=False), Why.NOT_LOOKED),
    guards.source_read: (REVOKING, replace(ready(REVOKING), source=Source.UNREAD), Why.SOURCE_UNREAD),
    guards.not_stopped: (REVOKING, person(ready(REVOKING), stop=Stop("U", NOW)), Why.STOPPED),
    guards.not_held: (REVOKING, person(ready(REVOKING), held=True), Why.HELD),
    guards.brake_free: (REVOKING, around(ready(REVOKING), brake=True), Why.BRAKE),
    guards.not_denied: (DELETING, person(ready(DELETING), denied=True), Why.DENIED),
    guards.free: (REVOKING, person(ready(REVOKING), busy=frozenset({Lane.ACCESS})), Why.UNDER_WAY),
    guards.not_tried: (REVOKING, last(ready(REVOKING), ActionState.FAILED, NOW), Why.TRIED),
    guards.has_stood: (REVOKING, ready(REVOKING, posted=NOW - HOUR), Why.STANDS),
    guards.first_minute_over: (REVOKING, read(ready(REVOKING), first_disabled_at=NOW), Why.FIRST_MINUTE),
}


@pytest.mark.parametrize("guard", ALONE, ids=lambda guard: guard.__name__)
def test_each_guard_alone_keeps_a_rule_from_acting(guard: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rule, facts, reason = ALONE[guard]
    assert why(rule, facts) is reason
    monkeypatch.setattr(deciding, "GUARDS", tuple(one for one in GUARDS if one is not guard))
    assert isinstance(decide(rule, facts), Act)


def test_every_guard_is_tried() -> None:
    timed = {guards.announces_in_time, guards.is_announced, guards.is_due}
    assert set(GUARDS) == {*ALONE, *timed}
    assert len(set(GUARDS)) == len(GUARDS)


def test_its_time_keeps_a_rule_from_announcing_and_from_acting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert why(REVOKING, ready(REVOKING, since=NOW - HOUR)) is Why.NOT_DUE
    month = rule_after(REVOKE, 30 * DAY)
    early = replace(ready(month, since=NOW - DAY), announcement=None)
    assert why(month, early) is Why.NOT_DUE
    monkeypatch.setattr(deciding, "GUARDS", tuple(one for one in GUARDS if one is not guards.announces_in_time))
    assert isinstance(decide(month, early), Announce)
    assert isinstance(decide(REVOKING, ready(REVOKING, since=NOW - HOUR)), Later)
    without = (guards.announces_in_time, guards.is_due)
    monkeypatch.setattr(deciding, "GUARDS", tuple(one for one in GUARDS if one not in without))
    assert isinstance(decide(REVOKING, ready(REVOKING, since=NOW - HOUR)), Act)


def test_the_identity_that_leaverbot_runs_as_is_left_alone_while_it_cannot_be_read() -> None:
    assert why(REVOKING, around(ready(REVOKING), own_name=None)) is Why.OWN_IDENTITY_UNREAD


def test_a_deny_that_is_not_set_up_is_not_announced() -> None:
    assert why(DENYING, around(ready(DENYING), deny_ready=False)) is Why.DENY_NOT_SET_UP


def test_nobody_without_access_is_denied_or_revoked() -> None:
    for rule in (DENYING, REVOKING):
        assert why(rule, person(ready(rule), case=None)) is Why.NO_ACCESS


@pytest.mark.parametrize("missing", ["user", "counts_from", "first_disabled_at"])
def test_a_read_that_an_older_leaverbot_stored_waits_for_the_next(missing: str) -> None:
    assert why(REVOKING, read(ready(REVOKING), **{missing: None})) is Why.INCOMPLETE


@pytest.mark.parametrize(("ago", "acts"), [(UNSEEN, True), (UNSEEN + SECOND, False)])
def test_a_read_that_is_too_old_is_none(ago: timedelta, acts: bool) -> None:
    facts = read(ready(REVOKING), read_started_at=NOW - ago)
    assert isinstance(decide(REVOKING, facts), Act) is acts


def test_what_is_not_in_slack_waits() -> None:
    assert decide(REVOKING, announcement(ready(REVOKING), posted_at=None)) == Later(Why.UNPOSTED)
