"""The organizations that are measured, built from parts so that each number in them is a decision written here."""

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.playground.identity_center import Organization

# Names that AWS proposes, and its policies for them.
COMMON_SETS = {
    "AdministratorAccess": "AdministratorAccess",
    "ReadOnlyAccess": "ReadOnlyAccess",
    "SecurityAudit": "SecurityAudit",
    "PowerUserAccess": "PowerUserAccess",
    "Billing": "job-function/Billing",
    "SupportUser": "job-function/SupportUser",
}
SOME_POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","logs:*"],"Resource":"*"}]}'
PLATFORM_GROUPS = 3
PLATFORM_PEOPLE = 25


@dataclass(frozen=True, slots=True)
class Size:
    """How large. `landing_zone`: every account has the same three permission sets and two of its team's."""

    users: int
    leavers: int
    accounts: int
    groups: int
    permission_sets: int = 40
    applications: int = 5
    entitlements: int = 200
    landing_zone: bool = False
    throttle: bool = True

    @property
    def name(self) -> str:
        return f"{self.users:,} users, {self.leavers:,} leavers, {self.accounts:,} accounts"


def of_size(users: int, accounts: int) -> Size:
    """One percent left; a group for every hundred users, 2,000 at most."""
    return Size(users, users // 100, accounts, min(2_000, max(3, users // 100)))


def build(size: Size) -> "Organization":
    """The organization, the same for the same size. 200,000 users take about ten seconds."""
    from bot.playground.identity_center import Organization

    draw = random.Random(20)
    org = Organization(seed=20, account_access=bool(size.entitlements), throttle=size.throttle)
    accounts = [org.add_account(f"account-{number}") for number in range(size.accounts)]
    sets = _permission_sets(org, size.permission_sets)
    groups = [org.add_group(f"group-{number}") for number in range(size.groups)]
    if size.landing_zone:
        _landing_zone(org, draw, accounts, sets, groups)
    else:
        _grants_of_groups(org, draw, accounts, sets, groups)
    users = _people(org, draw, size, groups)
    _direct(org, draw, users)
    leavers = draw.sample(users, size.leavers)
    _other_ways_in(org, draw, size, groups, users, leavers)
    for user_id in leavers:
        org.set_status(user_id, "DISABLED")
    return org


def _permission_sets(org: "Organization", count: int) -> list[str]:
    names = [*COMMON_SETS, *(f"Team-{number}" for number in range(count))][:count]
    arns = []
    for name in names:
        managed = [COMMON_SETS[name]] if name in COMMON_SETS else []
        inline = None if managed else SOME_POLICY
        arns.append(org.add_permission_set(name, "PT4H", managed=managed, inline_policy=inline))
    return arns


def _grants_of_groups(
    org: "Organization", draw: random.Random, accounts: list[str], sets: list[str], groups: list[str]
) -> None:
    """A group has one permission set, in one to eight accounts."""
    for group_id in groups:
        arn = draw.choice(sets)
        for account_id in draw.sample(accounts, draw.randint(1, 8)):
            org.assign(account_id, arn, "GROUP", group_id)


def _landing_zone(
    org: "Organization", draw: random.Random, accounts: list[str], sets: list[str], groups: list[str]
) -> None:
    """Three platform groups are everywhere; every account belongs to one team, which has two permission sets there.

    Teams take the popular permission sets more often than the others.
    """
    platform, teams = groups[:PLATFORM_GROUPS], groups[PLATFORM_GROUPS:]
    everywhere, others = sets[:PLATFORM_GROUPS], sets[PLATFORM_GROUPS:]
    weights = [1 / rank for rank in range(1, len(others) + 1)]
    sets_of: dict[str, list[str]] = {}
    for team in teams:
        chosen: set[str] = set()
        while len(chosen) < 2:
            chosen |= set(draw.choices(others, weights))
        sets_of[team] = sorted(chosen)
    for number, account_id in enumerate(accounts):
        team = teams[number % len(teams)]
        for arn, group_id in [*zip(everywhere, platform, strict=True), *((arn, team) for arn in sets_of[team])]:
            org.assign(account_id, arn, "GROUP", group_id)


def _people(org: "Organization", draw: random.Random, size: Size, groups: list[str]) -> list[str]:
    """Everybody is in one to three groups; few are in the platform's."""
    usual = groups[PLATFORM_GROUPS:] if size.landing_zone else groups
    users = []
    for number in range(size.users):
        name = f"user{number}@example.com"
        user_id = org.add_user(name, f"User {number}", name, scim=draw.random() < 0.9, legacy_id=draw.random() < 0.2)
        for group_id in draw.sample(usual, draw.randint(1, 3)):
            org.add_member(group_id, user_id)
        users.append(user_id)
    if size.landing_zone:
        for group_id in groups[:PLATFORM_GROUPS]:
            for user_id in draw.sample(users, PLATFORM_PEOPLE):
                org.add_member(group_id, user_id)
    return users


def _direct(org: "Organization", draw: random.Random, users: list[str]) -> None:
    """Three users of a hundred have an assignment of their own, of a permission set that the account has already."""
    places = [place for held in org.places_of.values() for place in held]
    for user_id in draw.sample(users, len(users) * 3 // 100):
        org.assign(*draw.choice(places), "USER", user_id)


def _other_ways_in(
    org: "Organization", draw: random.Random, size: Size, groups: list[str], users: list[str], leavers: list[str]
) -> None:
    """Applications for a few groups and users each; roles of account access manager. Some leavers have both."""
    for number in range(size.applications):
        arn = org.add_application(f"application-{number}")
        for group_id in draw.sample(groups, 3):
            org.assign_application(arn, "GROUP", group_id)
        for user_id in [*draw.sample(users, 5), draw.choice(leavers)]:
            org.assign_application(arn, "USER", user_id)
    accounts = list(org.account_by_id)
    roles = [org.add_role(draw.choice(accounts), f"role-{number}") for number in range(min(20, size.entitlements))]
    for number in range(size.entitlements):
        if number % 2:
            org.entitle(draw.choice(roles), "GROUP", draw.choice(groups))
        else:
            org.entitle(draw.choice(roles), "USER", draw.choice(leavers if number % 10 == 0 else users))
