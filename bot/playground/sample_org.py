"""A company to play with: teams, accounts, and people who left in all the ways people leave."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.playground.identity_center import Organization

DENY_POLICY_NAME = "leaverbot-emergency-deny"
# As AWS recommends it: deployed in advance, with a value that is no valid id. (userguide,
# prereqs-revoking-user-permissions)
DENY_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":"*",'
    '"Condition":{"StringEquals":{"identitystore:userId":"Add user ID here"}}}]}'
)
DOMAIN = "example.com"

_GIVEN = """
Ada Amir Anneke Bao Beatriz Björn Carlos Chiara Chidi Claire Devika Dmitri Elif Emeka Emma Farah Felix Grace
Hana Henrik Ibrahim Ines Ivana Jamal Joana Jonas Kamala Kenji Lars Leila Lucía Luca Maja Malik Marta Mateo
Mei Mira Nadia Nikhil Noor Olga Omar Paula Pedro Priya Rafael Rosa Samir Sofia Søren Tariq Tomasz Uma Viktor
Wanjiru Yara Yuki Zainab Zoë
""".split()  # noqa: SIM905 - so many names read better as running text
_FAMILY = """
Abe Achebe Ahmed Almeida Andersson Bauer Bianchi Bose Castro Chen Costa Dahl Diallo Duarte Eriksen Farouk
Fischer Fontaine Garcia Ghosh Haddad Hansen Hoffmann Ito Ivanova Jansen Kamau Kaya Khan Kowalski Laurent
Lindqvist Lopez Malik Mbeki Moreau Nakamura Novak Nwosu O'Neill Okafor Oliveira Park Patel Petrov Quispe
Rahman Rossi Sato Schmidt Silva Singh Suzuki Tanaka Torres Usman Vargas Weber Yilmaz Zhang
""".split()  # noqa: SIM905 - so many names read better as running text

_ACCOUNTS = {
    "production": ["payments-prod", "storefront-prod", "identity-prod", "data-lake", "observability"],
    "staging": ["payments-staging", "storefront-staging", "identity-staging"],
    "sandboxes": ["sandbox-11", "sandbox-12", "ml-research", "legacy-warehouse"],
}
_SUSPENDED = "legacy-warehouse"
_PERMISSION_SETS = {
    "AdministratorAccess": "PT1H",
    "PowerUserAccess": "PT4H",
    "ReadOnlyAccess": "PT8H",
    "BillingReadOnly": "PT2H",
    "DataScientist": "PT12H",
    "SecurityAudit": "PT1H",
}
# group: managed by SCIM?, the share of the staff that is in it, permission set -> accounts ("management" is one)
_GROUPS: dict[str, tuple[bool, float, dict[str, list[str]]]] = {
    "organization-admins": (True, 0.04, {"AdministratorAccess": ["management"]}),
    "platform-engineers": (True, 0.15, {"PowerUserAccess": ["observability", "identity-staging", "sandbox-11"]}),
    "payments-team": (True, 0.2, {"PowerUserAccess": ["payments-staging"], "ReadOnlyAccess": ["payments-prod"]}),
    "storefront-team": (True, 0.2, {"PowerUserAccess": ["storefront-staging", "sandbox-12"]}),
    "data-science": (True, 0.12, {"DataScientist": ["data-lake", "ml-research"]}),
    "cloud-viewers": (True, 0.7, {"ReadOnlyAccess": ["storefront-prod", "observability", "data-lake"]}),
    "finance": (False, 0.08, {"BillingReadOnly": ["management"]}),
    "security-audit": (False, 0.05, {"SecurityAudit": ["management", "payments-prod", "identity-prod"]}),
    "warehouse-migration": (False, 0.05, {"PowerUserAccess": ["legacy-warehouse"]}),
    "everyone": (True, 1.0, {}),
}


class _Company:
    """The organization while it is being built, with everything findable by its name."""

    def __init__(self, seed: int, now: Callable[[], datetime] | None, options: dict[str, Any]) -> None:
        self.draw = random.Random(seed)
        self.org = Organization(seed=seed, now=now, **options)
        self.accounts = {"management": self.org.management_account_id}
        self.sets: dict[str, str] = {}
        self.groups: dict[str, str] = {}
        self._names = self._fresh_names()

    def build(self) -> None:
        for unit, names in _ACCOUNTS.items():
            unit_id = self.org.add_ou(unit)
            for name in names:
                self.accounts[name] = self.org.add_account(name, ou=unit_id)
        self.sets = {name: self.org.add_permission_set(name, long) for name, long in _PERMISSION_SETS.items()}
        for name, (scim, _share, access) in _GROUPS.items():
            self.groups[name] = self.org.add_group(name, scim=scim)
            for permission_set, places in access.items():
                for place in places:
                    self.give(place, permission_set, "GROUP", self.groups[name])
        self.org.deny_policy_id = self.org.add_scp(
            DENY_POLICY_NAME, DENY_POLICY, targets=[self.org.root_id], description="Emergency deny, kept by leaverbot"
        )

    def give(self, account: str, permission_set: str, kind: str, principal_id: str) -> None:
        self.org.assign(self.accounts[account], self.sets[permission_set], kind, principal_id)

    def _fresh_names(self) -> Iterator[tuple[str, str]]:
        """(display name, user name), each user name once, however many are asked for."""
        pairs = [(given, family) for given in _GIVEN for family in _FAMILY]
        self.draw.shuffle(pairs)
        for number in range(1, 1000):
            for given, family in pairs:
                tail = "" if number == 1 else str(number)
                yield f"{given} {family}", f"{given}.{family}{tail}".lower().replace("'", "")

    def hire(self, **attributes: Any) -> str:
        display, name = next(self._names)
        person = {"display_name": display, "email": f"{name}@{DOMAIN}", "user_name": f"{name}@{DOMAIN}", **attributes}
        return self.org.add_user(**person)

    def join(self, user_id: str, *groups: str) -> None:
        for name in groups:
            self.org.add_member(self.groups[name], user_id)

    def leave(self, user_id: str, days: float) -> None:
        """Disabled so many days ago, after some years in the company."""
        gone = self.org.now() - timedelta(days=days)
        hired = gone - timedelta(days=self.draw.randrange(200, 1500))
        self.org.change_user(user_id, status="DISABLED", updated_at=gone, created_at=hired)

    def session(self, user_id: str, account: str, permission_set: str, minutes: float) -> None:
        """A session opened so many minutes ago."""
        started = self.org.now() - timedelta(minutes=minutes)
        self.org.open_session(user_id, self.accounts[account], self.sets[permission_set], started_at=started)


def sample_organization(
    seed: int = 7, users: int = 60, now: Callable[[], datetime] | None = None, **options: Any
) -> Organization:
    """A company of about `users` people, equal for equal arguments; of every 60, eight are leavers of different kinds.

    The emergency-deny policy hangs at the root; its id is `deny_policy_id`. More keyword arguments go to
    `Organization`.
    """
    company = _Company(seed, now, options)
    company.build()
    for batch in range(max(1, users // 60)):
        _leavers(company, first=batch == 0)
    while len(company.org.user_by_id) < users:
        _employee(company)
    company.org.set_account_state(company.accounts[_SUSPENDED], "SUSPENDED")
    return company.org


def _employee(company: _Company) -> None:
    draw = company.draw
    user_id = company.hire(scim=draw.random() < 0.95, legacy_id=draw.random() < 0.2)
    company.join(user_id, *(name for name, (_, share, _) in _GROUPS.items() if draw.random() < share))
    if draw.random() < 0.1:
        company.give(draw.choice(_ACCOUNTS["sandboxes"][:3]), "PowerUserAccess", "USER", user_id)
    mine = [way for way in company.org.truth(user_id) if way["account_name"] != _SUSPENDED]
    if mine and draw.random() < 0.3:
        way = draw.choice(mine)
        company.session(user_id, way["account_name"], way["permission_set_name"], draw.uniform(1, 50))


def _leavers(company: _Company, *, first: bool) -> None:
    """Eight people who left; the first batch carries the names the guide talks about."""

    def leaver(days: float, *groups: str, named: dict[str, Any] | None = None, **attributes: Any) -> str:
        user_id = company.hire(**attributes, **(named or {} if first else {}))
        company.join(user_id, "everyone", *groups)
        company.leave(user_id, days)
        return user_id

    def called(display: str) -> dict[str, Any]:
        name = f"{display.replace(' ', '.').lower()}@{DOMAIN}"
        return {"display_name": display, "user_name": name, "email": name}

    # Direct administrator of production, and in the management account through a group.
    admin = leaver(0.1, "organization-admins", "cloud-viewers", named=called("Dana Rossi"))
    company.give("payments-prod", "AdministratorAccess", "USER", admin)
    company.session(admin, "payments-prod", "AdministratorAccess", 20)
    company.session(admin, "management", "AdministratorAccess", 35)
    # Through groups only.
    leaver(1.5, "payments-team", "cloud-viewers", named=called("Tomas Novotny"), legacy_id=True)
    # Only in an account that is suspended.
    leaver(12, "warehouse-migration", named=called("Greta Lindholm"), scim=False)
    # Power user in six accounts, one of them twice.
    spread = leaver(3, "storefront-team", named=called("Kwame Boateng"))
    for place in ("payments-prod", "storefront-prod", "identity-prod", "data-lake", "sandbox-11", "sandbox-12"):
        company.give(place, "PowerUserAccess", "USER", spread)
    company.session(spread, "data-lake", "PowerUserAccess", 30)
    # A name that tries to ping the channel, runs from right to left and carries a picture.
    awkward = "ليلى 🦊 <!channel> *&* `Ops`"
    leaver(0.5, "data-science", display_name=awkward)
    # Neither a name nor an e-mail address; direct access.
    nameless = leaver(6, display_name=None, email=None, user_name=None, legacy_id=True)
    company.give("ml-research", "DataScientist", "USER", nameless)
    company.session(nameless, "ml-research", "DataScientist", 240)
    # Left cleanly: no grant at all.
    leaver(20, named=called("Olivia Brandt"))
    # Forgotten for 40 days.
    leaver(40, "platform-engineers", "cloud-viewers", named=called("Ravi Menon"))
