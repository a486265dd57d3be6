"""The contract of `ports.IamUsers`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.directory.iam_users import AccessKey, IamUser
from bot.core.errors import AwsDenied, AwsNotFound
from bot.playground.identity_center import Organization
from bot.playground.identity_center.changes.iam_users import add_access_key, add_iam_user, set_password
from bot.ports import IamUsers
from tests.contracts.failures import FAILURES
from tests.services.scanning import Connected

Reach = Callable[..., Connected]

MADE = datetime(2025, 3, 1, 12, tzinfo=UTC)
USED = MADE + timedelta(days=200)


def organization(**options: Any) -> Organization:
    """Dana has two keys and a password in the management account; so has a namesake elsewhere."""
    org = Organization(seed=5, throttle=False, **options)
    add_iam_user(org, "Dana", tags={"Email": "dana@example.com", "team": "payments"}, created_at=MADE)
    add_iam_user(org, "build-bot", created_at=MADE)
    elsewhere = org.add_account("elsewhere")
    add_iam_user(org, "dana", account_id=elsewhere)
    add_access_key(org, "dana", account_id=elsewhere)
    return org


def iam(reach: Reach, org: Organization) -> IamUsers:
    found: IamUsers = reach(org).context.iam_users
    return found


def test_all_users_of_our_own_account_come_with_their_email_tag(reach: Reach) -> None:
    org = organization()
    dana, bot = iam(reach, org).users()
    arn = f"arn:aws:iam::{org.management_account_id}:user/Dana"
    assert dana == IamUser("Dana", arn, MADE, ("dana@example.com",))
    assert (bot.name, bot.emails) == ("build-bot", ())


@pytest.mark.parametrize("short_pages", [False, True], ids=["whole pages", "short pages"])
def test_a_long_list_is_read_to_its_end(reach: Reach, short_pages: bool) -> None:
    org = Organization(seed=5, throttle=False, short_pages=short_pages)
    names = [f"user-{number}" for number in range(1_234)]
    for name in names:
        add_iam_user(org, name)
    assert [user.name for user in iam(reach, org).users()] == names


def test_an_account_without_iam_users_has_none(reach: Reach) -> None:
    assert iam(reach, Organization(seed=5, throttle=False)).users() == ()


def test_keys_come_with_status_and_age_and_their_last_use_where_iam_knows_one(reach: Reach) -> None:
    org = organization()
    used = add_access_key(org, "Dana", created_at=MADE, last_used=USED)
    unused = add_access_key(org, "Dana", status="Inactive", created_at=USED)
    here = iam(reach, org)
    assert here.access_keys("Dana") == (AccessKey(used, "Active", MADE), AccessKey(unused, "Inactive", USED))
    assert here.access_keys("build-bot") == ()
    assert here.key_last_used(used) == USED
    assert here.key_last_used(unused) is None


def test_a_password_has_an_age_and_perhaps_a_last_use(reach: Reach) -> None:
    org = organization()
    here = iam(reach, org)
    assert here.password_created("Dana") is None
    set_password(org, "Dana", created_at=MADE)
    assert (here.password_created("Dana"), here.password_last_used("Dana")) == (MADE, None)
    set_password(org, "Dana", created_at=MADE, last_used=USED)
    assert here.password_last_used("Dana") == USED


def test_who_is_not_there_is_not_found_and_has_no_password(reach: Reach) -> None:
    here = iam(reach, organization())
    for ask in (here.access_keys, here.password_last_used):
        with pytest.raises(AwsNotFound, match="nobody"):
            ask("nobody")
    assert here.password_created("nobody") is None
    with pytest.raises(AwsDenied):
        here.key_last_used("AKIA0000000000000000")


ASK: dict[str, Callable[[IamUsers], object]] = {
    "GetAccountAuthorizationDetails": lambda here: here.users(),
    "ListAccessKeys": lambda here: here.access_keys("Dana"),
    "GetAccessKeyLastUsed": lambda here: here.key_last_used("AKIA0000000000000000"),
    "GetLoginProfile": lambda here: here.password_created("Dana"),
    "GetUser": lambda here: here.password_last_used("Dana"),
}


@pytest.mark.parametrize("operation", ASK)
@FAILURES
def test_what_aws_says_instead_is_raised(
    reach: Reach, operation: str, fault: dict[str, Any], error: type[Exception]
) -> None:
    here = reach(organization())
    here.server.faults.add(f"iam.{operation}", times=None, **fault)
    with pytest.raises(error):
        ASK[operation](here.context.iam_users)
