"""Random organizations, for exactness tests and for benchmarks of up to 200,000 users."""

import random
from typing import Any

from bot.playground.identity_center.organization import Organization
from bot.playground.identity_center.records import ACTIVE

DURATIONS = ("PT1H", "PT2H", "PT4H", "PT8H", "PT12H")


def random_organization(
    seed: int = 1,
    users: int = 100,
    accounts: int = 10,
    groups: int | None = None,
    permission_sets: int = 8,
    disabled: float = 0.05,
    unknown: float = 0.0,
    suspended: float = 0.1,
    memberships: float = 2.0,
    direct: float = 0.3,
    **options: Any,
) -> Organization:
    """An organization drawn from `seed`, the same for the same arguments.

    disabled     the share of users that are DISABLED; unknown the share without a status
    suspended    the share of accounts that are not active
    memberships  how many groups a user is in on average; direct how many direct assignments
    Some users lack a name, an e-mail address or a user name; some have 47-character ids. Other keyword arguments go
    to `Organization`.
    """
    draw = random.Random(seed)
    org = Organization(seed=seed, **options)
    groups = max(3, users // 20) if groups is None else groups
    units = [org.root_id]
    for number in range(max(1, accounts // 4)):
        units.append(org.add_ou(f"unit-{number}", parent=draw.choice(units[-3:])))
    places = [org.management_account_id]
    for number in range(accounts):
        state = draw.choice(["SUSPENDED", "PENDING_CLOSURE", "CLOSED"]) if draw.random() < suspended else ACTIVE
        places.append(org.add_account(f"account-{number}", ou=draw.choice(units), state=state))
    sets = [org.add_permission_set(f"Set-{number}", draw.choice(DURATIONS)) for number in range(permission_sets)]
    group_ids = [org.add_group(f"group-{number}", scim=draw.random() < 0.8) for number in range(groups)]
    for group_id in group_ids:
        for _ in range(draw.randrange(4)):
            org.assign(draw.choice(places), draw.choice(sets), "GROUP", group_id)
    for number in range(users):
        _add_user(org, draw, number, draw.random(), disabled, unknown)
        user_id = next(reversed(org.user_by_id))
        for _ in range(_about(draw, memberships)):
            org.add_member(draw.choice(group_ids), user_id)
        for _ in range(_about(draw, direct)):
            org.assign(draw.choice(places), draw.choice(sets), "USER", user_id)
    return org


def _add_user(
    org: Organization, draw: random.Random, number: int, fate: float, disabled: float, unknown: float
) -> None:
    status = "DISABLED" if fate < disabled else None if fate < disabled + unknown else "ENABLED"
    name = f"user{number}@example.com"
    org.add_user(
        name if draw.random() > 0.01 else None,
        display_name=f"User {number}" if draw.random() > 0.05 else None,
        email=name if draw.random() > 0.05 else None,
        status=status,
        scim=draw.random() < 0.9,
        legacy_id=draw.random() < 0.2,
    )


def _about(draw: random.Random, mean: float) -> int:
    """A whole number whose average is `mean`."""
    return int(draw.random() * 2 * mean + 0.5) if mean >= 1 else int(draw.random() < mean)
