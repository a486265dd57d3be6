"""Which sessions may outlive the longest role session, and how long a deny is kept for them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.access.person_read import PersonRead, merge_unread
from bot.core.access.sessions import LongSession, lasting, long_sessions
from bot.core.authorization import DenyRules
from bot.core.models import LONGEST_SESSION, Grant, GrantKind, Path, User

ROLE = Grant(GrantKind.ENTITLEMENT, Path.DIRECT, account_id="1", role_arn="arn:aws:iam::1:role/ops/deployer")
ACCOUNT = Grant(GrantKind.ACCOUNT, Path.DIRECT, account_id="1", permission_set_arn="ps")


def application(name: str, *, background: bool | None) -> Grant:
    arn = f"arn:aws:sso::1:application/{name}"
    return Grant(GrantKind.APPLICATION, Path.DIRECT, application_arn=arn, application_name=name, background=background)


GRANTS = st.lists(
    st.builds(application, st.sampled_from("abc"), background=st.sampled_from([True, False, None]))
    | st.sampled_from([ROLE, ACCOUNT]),
    max_size=5,
    unique_by=lambda grant: grant.key,
).map(tuple)


@given(GRANTS)
def test_every_application_that_may_have_background_sessions_and_every_ordinary_role_counts(
    grants: tuple[Grant, ...],
) -> None:
    found = {(one.kind, one.name): one.sure for one in long_sessions(grants)}
    expected = {
        (grant.kind, grant.application_name or "deployer"): grant.background is True
        for grant in grants
        if grant.kind is not GrantKind.ACCOUNT and grant.background is not False
    }
    assert found == expected


@given(GRANTS, GRANTS)
def test_what_was_sure_is_never_forgotten_and_what_was_not_only_when_aws_says_no(
    before: tuple[Grant, ...], after: tuple[Grant, ...]
) -> None:
    known = long_sessions(before)
    now = {(one.kind, one.name): one.sure for one in long_sessions(after, known)}
    denied = {grant.application_name for grant in after if grant.background is False}
    for one in known:
        assert (one.kind, one.name) in now or (not one.sure and one.name in denied)
        assert not one.sure or now[one.kind, one.name]


def test_a_grant_nobody_can_use_opens_no_session() -> None:
    assert long_sessions([replace(ROLE, account_status="SUSPENDED")]) == ()


@given(st.integers(12, 2000), st.integers(0, 90))
def test_a_deny_is_kept_for_its_hours_at_least_and_longer_only_for_background_sessions(hours: int, days: int) -> None:
    rules = DenyRules(hours=hours, background_days=days)
    assert rules.kept(()) == rules.kept(long_sessions([ROLE, ACCOUNT])) == timedelta(hours=hours)
    for background in (True, None):
        kept = rules.kept(long_sessions([application("glue", background=background)]))
        assert kept == max(timedelta(hours=hours), timedelta(days=days))
    assert rules.kept(long_sessions([application("wiki", background=False)])) == timedelta(hours=hours)


def test_by_default_a_deny_is_kept_for_the_longest_session_and_for_a_week_with_background_sessions() -> None:
    glue = LongSession(GrantKind.APPLICATION, "Glue", sure=True)
    assert (DenyRules().kept(()), DenyRules().kept([glue])) == (LONGEST_SESSION, timedelta(days=7))


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (LONGEST_SESSION, "12 hours"),
        (timedelta(hours=48), "48 hours"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=7), "7 days"),
        (timedelta(hours=100), "100 hours"),
    ],
)
def test_a_length_is_said_as_people_say_it(length: timedelta, said: str) -> None:
    assert lasting(length) == said


def test_what_could_not_be_read_this_time_keeps_what_was_known() -> None:
    known, read = application("glue", background=True), application("glue", background=None)
    assert merge_unread((known,), PersonRead(User("u"), (read,))) == (known,)
