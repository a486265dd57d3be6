"""What a company directory does next with a disabled user."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.directory.next_step import ENTRA_KEEPS, DirectoryKind, NextStep, disabled_since, next_step
from bot.core.models import User, UserStatus
from tests.core import strategies as our

NOVEMBER = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)
DANA = User("dana", status=UserStatus.DISABLED, updated_at=NOVEMBER, scim=True)
kinds = st.none() | st.sampled_from(DirectoryKind)


def test_entra_sends_the_deletion_thirty_days_after_the_account_was_deleted_there() -> None:
    december = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
    soon = next_step(DirectoryKind.ENTRA, DANA, None, NOVEMBER)
    assert soon == NextStep(DirectoryKind.ENTRA, december)
    assert next_step(DirectoryKind.ENTRA, DANA, None, december) == NextStep(DirectoryKind.ENTRA, december, past=True)


@given(kinds, our.users(), st.none() | our.moments, our.moments)
def test_only_entra_has_a_date_and_it_is_past_exactly_when_it_is_over(kind, user, seen, now):
    found = next_step(kind, user, seen, now)
    if found and found.deletion_at:
        assert kind is DirectoryKind.ENTRA
        assert found.deletion_at - ENTRA_KEEPS == disabled_since(user, seen)
        assert found.past == (found.deletion_at <= now)
    elif found:
        assert not found.past
        assert kind is not DirectoryKind.ENTRA or disabled_since(user, seen) is None


@given(kinds, our.users(), st.none() | our.moments, our.moments)
def test_nothing_is_expected_for_whoever_is_not_disabled_or_has_no_directory(kind, user, seen, now):
    expected = user.status is UserStatus.DISABLED and (user.scim or kind is DirectoryKind.AD)
    assert (next_step(kind, user, seen, now) is not None) == expected


@given(st.none() | our.moments, st.none() | our.moments)
def test_a_user_is_disabled_since_the_earliest_time_that_shows_it(changed, seen):
    since = disabled_since(replace(DANA, updated_at=changed), seen)
    assert since == min(filter(None, (changed, seen)), default=None)
    if seen:
        assert since is not None
        assert since <= seen
        assert disabled_since(replace(DANA, updated_at=seen + timedelta(days=9)), seen) == seen
