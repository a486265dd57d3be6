"""Random organizations for tests of exactness, and for benchmarks with up to 200,000 users."""

import json
import random
from collections.abc import Iterator
from itertools import repeat
from typing import Any

from bot.playground.identity_center.organization import Organization
from bot.playground.identity_center.state.records import ACTIVE

# Inline policy statements in every form that decides whether somebody is an administrator.
INLINE: tuple[Any, ...] = (
    {"Effect": "Allow", "Action": "*", "Resource": "*"},  # not in a list
    [{"Effect": "Allow", "Action": ["s3:Get*", "*"], "Resource": "*"}],
    [
        {
            "Effect": "Allow",
            "Action": "*:*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": True}},
        }
    ],
    [{"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}],
    [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, {"Effect": "Allow", "Action": "*", "Resource": "*"}],
    [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
    [{"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}],
    [{"Effect": "Allow", "Action": ["ec2:*", "iam:*"], "Resource": "*"}],
    [],
)
MANAGED = (
    ("AdministratorAccess",),
    ("PowerUserAccess", "ReadOnlyAccess"),
    ("PowerUserAccess", "AdministratorAccess"),
    ("job-function/Billing", "AdministratorAccess-Amplify"),
    (),
)
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
    applications: int = 0,
    entitlements: int = 0,
    orphans: int = 0,
    privileges: bool = False,
    disabled_applications: float = 0.0,
    **options: Any,
) -> Organization:
    """A random organization, always the same for the same arguments.

    disabled     the share of users that are DISABLED; unknown the share without a status
    suspended    the share of accounts that are not active
    memberships  how many groups a user is in on average; direct how many direct assignments
    applications how many there are; each is assigned to a few groups and users
    entitlements how many users and groups are entitled to a role (they need `account_access=True`, and get it)
    orphans      how many users were deleted while they held grants of each kind there is
    privileges   some permission sets have inline or managed policies of every form there is, and some roles the name
                 of a job function of AWS; without it nobody is like an administrator
    disabled_applications  the share of applications that are switched off
    Some users lack a name, an e-mail address or a user name; some have 47-character ids. Other keyword arguments go
    to `Organization`.
    """
    draw = random.Random(seed)
    if entitlements:
        options = {"account_access": True, **options}
    org = Organization(seed=seed, **options)
    places = _accounts(org, draw, accounts, suspended)
    policies = _policies(random.Random(f"{seed} privileges")) if privileges else repeat({})
    sets = _permission_sets(org, draw, permission_sets, policies)
    group_ids = _groups(org, draw, max(3, users // 20) if groups is None else groups, places, sets)
    for number in range(users):
        user_id = _add_user(org, draw, number, draw.random(), disabled, unknown)
        for _ in range(_about(draw, memberships)):
            org.add_member(draw.choice(group_ids), user_id)
        for _ in range(_about(draw, direct) if sets else 0):
            org.assign(draw.choice(places), draw.choice(sets), "USER", user_id)
    _other_ways_in(org, random.Random(f"{seed} other ways"), applications, entitlements, strong=privileges)
    _orphans(org, random.Random(f"{seed} orphans"), orphans)
    _disable_applications(org, random.Random(f"{seed} asleep"), disabled_applications)
    return org


def _permission_sets(
    org: Organization, draw: random.Random, permission_sets: int, policies: Iterator[dict[str, Any]]
) -> list[str]:
    return [
        org.add_permission_set(f"Set-{number}", draw.choice(DURATIONS), **next(policies))
        for number in range(permission_sets if org.options.permission_sets_enabled else 0)
    ]


def _disable_applications(org: Organization, draw: random.Random, share: float) -> None:
    for arn in org.application_by_arn:
        if draw.random() < share:
            org.set_application_enabled(arn, enabled=False)


def _accounts(org: Organization, draw: random.Random, accounts: int, suspended: float) -> list[str]:
    """The accounts in a random tree of OUs, the management account first."""
    units = [org.root_id]
    for number in range(max(1, accounts // 4)):
        units.append(org.add_ou(f"unit-{number}", parent=draw.choice(units[-3:])))
    made = [org.management_account_id]
    for number in range(accounts):
        state = draw.choice(["SUSPENDED", "PENDING_CLOSURE", "CLOSED"]) if draw.random() < suspended else ACTIVE
        made.append(org.add_account(f"account-{number}", ou=draw.choice(units), state=state))
    return made


def _groups(org: Organization, draw: random.Random, groups: int, places: list[str], sets: list[str]) -> list[str]:
    """The groups, each with up to three permission sets somewhere."""
    group_ids = [org.add_group(f"group-{number}", scim=draw.random() < 0.8) for number in range(groups)]
    for group_id in group_ids:
        for _ in range(draw.randrange(4) if sets else 0):
            org.assign(draw.choice(places), draw.choice(sets), "GROUP", group_id)
    return group_ids


def _policies(draw: random.Random) -> Iterator[dict[str, Any]]:
    """What each permission set allows: every form once in random order before any comes again."""
    while True:
        forms: list[dict[str, Any]] = [
            *({"inline_policy": json.dumps({"Version": "2012-10-17", "Statement": form})} for form in INLINE),
            *({"managed": managed} for managed in MANAGED),
        ]
        draw.shuffle(forms)
        yield from forms


def _other_ways_in(
    org: Organization, draw: random.Random, applications: int, entitlements: int, *, strong: bool
) -> None:
    """Applications and roles for users and groups; `strong`: every third role is named after a job function."""
    accounts = list(org.account_by_id)
    known = {"USER": list(org.user_by_id), "GROUP": list(org.group_by_id)}

    def principal() -> tuple[str, str]:
        kind = draw.choice(["USER", "GROUP"]) if org.user_by_id else "GROUP"
        return kind, draw.choice(known[kind])

    def name(number: int) -> str:
        last = ("AdministratorAccess", "PowerUserAccess")[number % 2]
        return f"team-{number}/{last}" if strong and number % 3 == 0 else f"role-{number}"

    for number in range(applications):
        arn = org.add_application(f"application-{number}", account=draw.choice(accounts))
        for _ in range(draw.randrange(6)):
            org.assign_application(arn, *principal())
    roles = [org.add_role(draw.choice(accounts), name(number)) for number in range(min(entitlements, 20))]
    for _ in range(entitlements):
        org.entitle(draw.choice(roles), *principal())


def _orphans(org: Organization, draw: random.Random, orphans: int) -> None:
    """People who were deleted while they held a grant of each kind the organization has."""
    for number in range(orphans):
        user_id = org.add_user(f"gone{number}@example.com")
        if org.permission_set_by_arn:
            org.assign(
                draw.choice(list(org.account_by_id)), draw.choice(list(org.permission_set_by_arn)), "USER", user_id
            )
        if org.application_by_arn:
            org.assign_application(draw.choice(list(org.application_by_arn)), "USER", user_id)
        if org.role_arns:
            org.entitle(draw.choice(list(org.role_arns)), "USER", user_id)
        org.delete_user(user_id)


def _add_user(org: Organization, draw: random.Random, number: int, fate: float, disabled: float, unknown: float) -> str:
    status = "DISABLED" if fate < disabled else None if fate < disabled + unknown else "ENABLED"
    name = f"user{number}@example.com"
    return org.add_user(
        name if draw.random() > 0.01 else None,
        display_name=f"User {number}" if draw.random() > 0.05 else None,
        email=name if draw.random() > 0.05 else None,
        status=status,
        scim=draw.random() < 0.9,
        legacy_id=draw.random() < 0.2,
    )


def _about(draw: random.Random, mean: float) -> int:
    """A random whole number that averages `mean`."""
    return int(draw.random() * 2 * mean + 0.5) if mean >= 1 else int(draw.random() < mean)
