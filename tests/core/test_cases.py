"""What a scan changes about cases."""

import itertools
from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.access.person_read import PersonRead, Problem
from bot.core.access.privilege import privilege_of_name
from bot.core.access.severity import MANY_ACCOUNTS, Severity, severity
from bot.core.cases import (
    LONGEST_SESSION,
    Case,
    CaseState,
    Closed,
    CloseReason,
    Opened,
    Updated,
    newest_use,
    reconcile,
    sessions_end,
)
from bot.core.models import Grant, GrantKind, Path, Privilege, User, UserStatus
from bot.core.scan.coverage import Scan, Seen
from tests.core import strategies as our

MISSING = (Problem("something", "throttled"),)
NOT_READ = dict.fromkeys(
    ("group_name", "account_name", "account_status", "permission_set_name", "session_seconds"), None
)
PEOPLE = [f"00000000-0000-4000-8000-{number:012}" for number in range(4)]
COMPLETE = our.Coverage(our.ScanStatus.COMPLETE, our.T0, our.T0)
ACCOUNT_STATES = {"000000000001": "ACTIVE", "000000000002": "ACTIVE", "000000000003": "SUSPENDED"}
POSSIBLE = [
    Grant(
        GrantKind.ACCOUNT,
        Path.GROUP if group else Path.DIRECT,
        group_id=group,
        group_name=group and "Engineers",
        account_id=account,
        account_name=f"account {account[-1]}",
        account_status=state,
        permission_set_arn=our.permission_set_arn(name),
        permission_set_name=name,
        session_seconds=3600,
    )
    for account, state in ACCOUNT_STATES.items()
    for name in ("AdministratorAccess", "ReadOnlyAccess")
    for group in (None, "g-1")
]

# The same ways in as some scan may have seen them: clearly, without names and states, or in an account that died.
SEEN = [
    seen for grant in POSSIBLE for seen in (grant, replace(grant, **NOT_READ), replace(grant, account_status="CLOSED"))
]
held = st.lists(st.sampled_from(SEEN), max_size=5, unique_by=lambda grant: grant.key).map(tuple)
people = st.builds(
    User,
    id=st.sampled_from(PEOPLE),
    user_name=st.sampled_from(["jane", "jane.doe"]),
    status=st.just(UserStatus.DISABLED),
    revision=st.sampled_from(["1", "2"]),
)
reads = st.builds(PersonRead, user=people, grants=held, unread=st.sampled_from([(), (), MISSING]))


# --- one scan ---------------------------------------------------------------------------------------------------


def by_user(changes):
    """The one change of each user; fails when a user has two."""
    found = {}
    for change in changes:
        user_id = change.read.user.id if isinstance(change, Opened) else change.case.user.id
        assert user_id not in found
        found[user_id] = change
    return found


some_known = st.lists(our.cases(people, held, only_open=True), max_size=3)
some_reads = st.lists(reads, max_size=4, unique_by=lambda read: read.user.id)
some_others = st.none() | st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(Seen))


@st.composite
def moments_of_comparison(draw):
    """Open cases by user id, and a scan that saw some of the same users."""
    known = draw(some_known)
    scan = Scan(
        coverage=COMPLETE,
        people=tuple(draw(some_reads)),
        others=draw(some_others),
        management_account_id=draw(our.maybe_a_management_account),
    )
    return {case.user.id: case for case in known}, scan


@given(moments_of_comparison())
def test_a_user_changes_at_most_once_in_a_scan_and_only_users_it_saw_change(both):
    known, scan = both
    changed = by_user(reconcile(known, scan))
    assert set(changed) <= {read.user.id for read in scan.people} | set(scan.others or {})
    for user_id, change in changed.items():
        assert isinstance(change, Opened) == (user_id not in known)


@given(moments_of_comparison())
def test_a_case_closes_only_when_its_user_was_read_completely_without_a_usable_grant_or_is_enabled_or_gone(both):
    known, scan = both
    reads = {read.user.id: read for read in scan.people}
    for user_id, change in by_user(reconcile(known, scan)).items():
        if not isinstance(change, Closed):
            continue
        if change.reason is CloseReason.NO_GRANTS:
            assert reads[user_id].complete
            assert not reads[user_id].usable
        else:
            assert user_id not in reads
            assert (
                scan.others[user_id] is {CloseReason.ENABLED: Seen.ENABLED, CloseReason.GONE: Seen.GONE}[change.reason]
            )


@given(moments_of_comparison())
def test_what_a_scan_can_close_it_does_close(both):
    known, scan = both
    changed = by_user(reconcile(known, scan))
    reads = {read.user.id: read for read in scan.people}
    for user_id, case in known.items():
        read, seen = reads.get(user_id), (scan.others or {}).get(user_id)
        if (read and read.complete and not read.usable) or (not read and seen in {Seen.ENABLED, Seen.GONE}):
            assert changed[user_id].case == case
            assert isinstance(changed[user_id], Closed)


@given(moments_of_comparison())
def test_a_case_opens_exactly_for_a_leaver_without_one_who_holds_a_usable_grant(both):
    known, scan = both
    opened = {change.read.user.id for change in reconcile(known, scan) if isinstance(change, Opened)}
    assert opened == {read.user.id for read in scan.people if read.usable and read.user.id not in known}


@given(moments_of_comparison())
def test_a_person_who_was_not_read_is_left_alone(both):
    known, scan = both
    blind = replace(scan, people=(), others=dict.fromkeys(known, Seen.UNREAD))
    assert reconcile(known, blind) == []
    assert reconcile(known, replace(blind, others=None)) == []


@given(moments_of_comparison())
def test_an_incomplete_read_never_takes_a_grant_away_nor_makes_a_case_milder(both):
    """The grants seen again are shown with nothing but their ids, as when names and accounts cannot be read."""
    known, scan = both
    for case in known.values():
        blurred = tuple(replace(grant, **NOT_READ) for grant in case.grants[::2])
        blind = replace(scan, people=(PersonRead(case.user, blurred, (), MISSING),), others=None)
        after = by_user(reconcile(known, replace(blind, management_account_id=None))).get(case.user.id)
        assert after is None or isinstance(after, Updated)
        if after:
            assert set(after.grants) == set(case.grants)
            assert after.severity.rank <= case.severity.rank
            assert not after.read_complete


@given(moments_of_comparison())
def test_an_update_holds_what_a_complete_read_saw_or_everything_ever_seen_since_the_last_one(both):
    known, scan = both
    reads = {read.user.id: read for read in scan.people}
    for user_id, change in by_user(reconcile(known, scan)).items():
        if isinstance(change, Updated):
            read = reads[user_id]
            keys = {grant.key for grant in read.grants}
            before = {grant.key for grant in change.case.grants}
            assert {grant.key for grant in change.grants} == (keys if read.complete else keys | before)
            assert change.user == read.user
            assert change.read_complete == read.complete


@given(moments_of_comparison(), st.integers(2, 3))
def test_reading_the_same_again_changes_nothing(both, times):
    known, scan = both
    for _ in range(times):
        known = applied(known, reconcile(known, scan), scan)
    assert reconcile(known, scan) == []


@given(our.cases(only_open=True), our.uuids)
def test_a_new_revision_alone_is_no_change(case, revision):
    assume(case.usable)
    read = PersonRead(replace(case.user, revision=revision), case.grants)
    known = {case.user.id: replace(case, read_complete=True)}
    assert reconcile(known, Scan(COMPLETE, (read,), {}, case.management_account_id)) == []


@given(our.cases(only_open=True), st.booleans())
def test_whether_a_case_was_read_completely_is_shown_as_it_is_now(case, complete):
    """The same grants, read completely for once or not any more: the message changes."""
    assume(case.usable)
    case = replace(case, read_complete=not complete)
    read = PersonRead(case.user, case.grants, (), () if complete else MISSING)
    (change,) = reconcile({case.user.id: case}, Scan(COMPLETE, (read,), {}, case.management_account_id))
    assert change == Updated(case, case.user, case.grants, case.severity, complete)


@given(our.person_reads())
def test_a_leaver_read_as_one_is_not_closed_by_an_older_sight_in_the_same_scan(read):
    """Pages shift while they are read: the same user may show as enabled on one and disabled on the next."""
    assume(read.usable)
    case = opened(Opened(read, severity(read.grants, None)), "c")
    for seen in Seen:
        assert not any(
            isinstance(change, Closed) and change.case == case
            for change in reconcile({read.user.id: case}, Scan(COMPLETE, (read,), {read.user.id: seen}))
        )


@given(our.leavers, our.grant_tuples())
def test_grants_in_dead_accounts_open_no_case_and_keep_none_open(user, grants):
    dead = tuple(replace(grant, account_status="SUSPENDED") for grant in grants)
    scan = Scan(COMPLETE, (PersonRead(user, dead),), {})
    assert reconcile({}, scan) == []
    case = opened(Opened(PersonRead(user, grants), Severity.NORMAL), "c")
    assert reconcile({user.id: case}, scan) == [Closed(case, CloseReason.NO_GRANTS)]


# --- severity ---------------------------------------------------------------------------------------------------


def grant(account, name="ReadOnlyAccess", status="ACTIVE"):
    return Grant(
        GrantKind.ACCOUNT,
        Path.DIRECT,
        account_id=f"{account:012}",
        account_status=status,
        permission_set_arn=our.permission_set_arn(name),
        permission_set_name=name,
        privilege=privilege_of_name(name) or Privilege.OTHER,
    )


@given(our.grant_tuples(max_size=12), st.sampled_from([None, our.MANAGEMENT_ACCOUNT]))
def test_severity_follows_the_rules(grants, management):
    usable = [grant for grant in grants if grant.usable]
    held = {g.privilege for g in usable}
    accounts = {g.account_id for g in usable if g.account_id}
    if Privilege.ADMINISTRATOR in held or management in accounts:
        expected = Severity.CRITICAL
    elif Privilege.POWER_USER in held or len(accounts) >= 5:
        expected = Severity.HIGH
    else:
        expected = Severity.NORMAL
    assert severity(grants, management) is expected


def test_severity_at_its_borders():
    few = [grant(number) for number in range(1, MANY_ACCOUNTS)]
    assert severity([], "000000000001") is Severity.NORMAL
    assert severity(few, None) is Severity.NORMAL
    assert severity([*few, grant(1, "Billing")], None) is Severity.NORMAL
    assert severity([*few, grant(MANY_ACCOUNTS)], None) is Severity.HIGH
    assert severity([*few, grant(MANY_ACCOUNTS, status="CLOSED")], None) is Severity.NORMAL
    assert severity([grant(7, "PowerUserAccess")], None) is Severity.HIGH
    assert severity([grant(7)], "000000000007") is Severity.CRITICAL
    assert severity([grant(7, "AdministratorAccess")], None) is Severity.CRITICAL
    assert severity([grant(7, "AdministratorAccess", "SUSPENDED")], "000000000007") is Severity.NORMAL


@given(our.grant_tuples(), our.uses(), st.sampled_from([None, our.MANAGEMENT_ACCOUNT]))
def test_access_used_after_the_disabling_is_as_bad_as_it_gets(grants, use, management):
    assert severity(grants, management, use) is Severity.CRITICAL


@given(st.none() | our.uses(), st.none() | our.uses())
def test_a_use_once_seen_stays_and_only_a_newer_one_takes_its_place(known, read):
    newest = newest_use(known, read)
    seen = [use for use in (known, read) if use]
    assert newest is None if not seen else newest in seen and newest.at == max(use.at for use in seen)


@given(our.grant_tuples(), our.grants(), st.sampled_from([None, our.MANAGEMENT_ACCOUNT]))
def test_one_more_grant_never_makes_it_milder(grants, more, management):
    assert severity([*grants, more], management).rank <= severity(grants, management).rank


@given(our.grant_tuples(), our.grants(kinds=(GrantKind.APPLICATION,)))
def test_an_application_has_no_account_that_could_be_the_management_account(grants, application):
    assert severity([application], None) is Severity.NORMAL


# --- many scans, one truth --------------------------------------------------------------------------------------

truths = st.dictionaries(
    st.sampled_from(PEOPLE),
    st.tuples(
        st.sampled_from([UserStatus.DISABLED, UserStatus.DISABLED, UserStatus.DISABLED, UserStatus.ENABLED]),
        st.frozensets(st.sampled_from(POSSIBLE), max_size=4),
    ),
)


def opened(change, case_id):
    return Case(
        id=case_id,
        user=change.read.user,
        grants=change.read.grants,
        severity=change.severity,
        state=CaseState.OPEN,
        version=1,
        opened_at=our.T0,
        found_by="scan",
        read_at=our.T0,
        read_complete=change.read.complete,
    )


numbers = itertools.count()


def applied(known, changes, scan):
    """The open cases after these changes, as the store keeps them."""
    known = dict(known)
    for change in changes:
        if isinstance(change, Opened):
            case = replace(opened(change, f"c{next(numbers)}"), management_account_id=scan.management_account_id)
            known[change.read.user.id] = case
        elif isinstance(change, Closed):
            del known[change.case.user.id]
        else:
            known[change.case.user.id] = replace(
                change.case,
                user=change.user,
                grants=change.grants,
                severity=change.severity,
                read_complete=change.read_complete,
                management_account_id=scan.management_account_id or change.case.management_account_id,
            )
    return known


@st.composite
def faulty_scans(draw, truth, watched):
    """A scan of this truth in which pages, people, groups, names and the organization may not have been readable."""
    people, others = [], dict.fromkeys(watched, Seen.UNREAD)
    for user_id, (status, held) in truth.items():
        if draw(st.integers(0, 3)) == 0:  # on a page that was not read
            continue
        if status is UserStatus.ENABLED:
            others[user_id] = Seen.ENABLED
            continue
        grants, problems = sorted(held, key=lambda grant: grant.key), ()
        if draw(our.booleans):
            problems = MISSING
            grants = [grant for grant in grants if draw(our.booleans)]
            grants = [replace(grant, **NOT_READ) if draw(our.booleans) else grant for grant in grants]
        people.append(PersonRead(User(user_id, status=status), tuple(grants), (), problems))
    for user_id in watched:
        if user_id not in truth and draw(our.booleans):
            others[user_id] = Seen.GONE
    management = draw(our.maybe_a_management_account)
    return Scan(COMPLETE, tuple(draw(st.permutations(people))), others, management)


def perfect_scan(truth, watched):
    people = [
        PersonRead(User(user_id, status=status), tuple(sorted(held, key=lambda grant: grant.key)))
        for user_id, (status, held) in truth.items()
        if status is UserStatus.DISABLED
    ]
    others = {
        user_id: Seen.ENABLED if user_id in truth else Seen.GONE
        for user_id in watched
        if user_id not in truth or truth[user_id][0] is UserStatus.ENABLED
    }
    return Scan(COMPLETE, tuple(people), others, our.MANAGEMENT_ACCOUNT)


def still_a_leaver_with_access(truth, user_id):
    status, held = truth.get(user_id, (None, frozenset()))
    return status is UserStatus.DISABLED and any(grant.usable for grant in held)


@given(st.data())
def test_whatever_the_scans_could_not_see_no_case_of_a_leaver_with_access_is_ever_closed(data):
    """And the first complete scan puts everything right: a case for each, with exactly the grants there are."""
    known = {}
    for _ in range(data.draw(st.integers(1, 5))):
        truth = data.draw(truths)
        scan = data.draw(faulty_scans(truth, sorted(known)))
        changes = reconcile(known, scan)
        for change in changes:
            assert not isinstance(change, Closed) or not still_a_leaver_with_access(truth, change.case.user.id)
        complete = {read.user.id for read in scan.people if read.complete}
        after = applied(known, changes, scan)
        for user_id, case in known.items():
            if user_id in after and user_id not in complete:
                kept = {grant.key for grant in after[user_id].grants}
                assert {grant.key for grant in case.grants} <= kept
                assert after[user_id].severity.rank <= case.severity.rank
        known = after

    scan = perfect_scan(truth, sorted(known))
    known = applied(known, reconcile(known, scan), scan)
    assert set(known) == {user_id for user_id in truth if still_a_leaver_with_access(truth, user_id)}
    for user_id, case in known.items():
        held = truth[user_id][1]
        assert set(case.grants) == held
        assert case.severity is severity(held, our.MANAGEMENT_ACCOUNT)
        assert case.read_complete
    assert reconcile(known, scan) == []


@given(our.grant_tuples(), our.grant_tuples())
def test_open_sessions_end_after_the_longest_life_of_what_went(
    before: tuple[Grant, ...], after: tuple[Grant, ...]
) -> None:
    kept = {grant.key for grant in after}
    gone = [grant.session_seconds for grant in before if grant.usable and grant.key not in kept]
    end = sessions_end(before, after, our.T0)
    if gone:
        lives = [LONGEST_SESSION if seconds is None else timedelta(seconds=seconds) for seconds in gone]
        assert end == our.T0 + max(lives)
    else:
        assert end is None
