"""A sample company: its accounts, teams, permission sets, applications and roles, before anybody works there."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.playground.identity_center import Organization
from bot.playground.identity_center.changes.grants import HAVING_IT

DENY_POLICY_NAME = "leaverbot-emergency-deny"
# As AWS recommends: deployed in advance, with a value that is not a valid id. (userguide,
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

ACCOUNTS = {
    "production": ["payments-prod", "storefront-prod", "identity-prod", "data-lake", "observability"],
    "staging": ["payments-staging", "storefront-staging", "identity-staging"],
    "sandboxes": ["sandbox-11", "sandbox-12", "ml-research", "legacy-warehouse"],
}
SUSPENDED = "legacy-warehouse"
_PERMISSION_SETS = {
    "AdministratorAccess": "PT1H",
    "PowerUserAccess": "PT4H",
    "ReadOnlyAccess": "PT8H",
    "BillingReadOnly": "PT2H",
    "DataScientist": "PT12H",
    "SecurityAudit": "PT1H",
}
# The name gives nothing away and no managed policy is attached: only the policy itself shows an administrator.
_BREAK_GLASS = "BreakGlass"
_BREAK_GLASS_POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
UNUSED = "LegacyMigration"  # a permission set that nobody is assigned any more
# Identity Center applications and the group assigned to each; the first is assigned to people one by one.
_APPLICATIONS = {"Grafana": None, "Ledger reports": "payments-team"}
# Ordinary IAM roles behind account access manager: account, and the group that is entitled to each (None: people).
_ROLES = {"release-deployer": ("storefront-prod", None), "notebook-runner": ("ml-research", "data-science")}
# group: managed by SCIM?, share of the staff in it, permission set -> accounts ("management" is one)
GROUPS: dict[str, tuple[bool, float, dict[str, list[str]]]] = {
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


class Company:
    """The organization while it is being built, with everything accessible by name."""

    def __init__(self, seed: int, now: Callable[[], datetime] | None, options: dict[str, Any]) -> None:
        self.draw = random.Random(seed)
        self.org = Organization(seed=seed, now=now, **{"account_access": True, **options})
        self.accounts = {"management": self.org.management_account_id}
        self.sets: dict[str, str] = {}
        self.groups: dict[str, str] = {}
        self.applications: dict[str, str] = {}
        self.roles: dict[str, str] = {}
        self._names = self._fresh_names()

    def build(self) -> None:
        for unit, names in ACCOUNTS.items():
            unit_id = self.org.add_ou(unit)
            for name in names:
                self.accounts[name] = self.org.add_account(name, ou=unit_id)
        self.sets = {name: self.org.add_permission_set(name, long) for name, long in _PERMISSION_SETS.items()}
        self.sets[_BREAK_GLASS] = self.org.add_permission_set(_BREAK_GLASS, inline_policy=_BREAK_GLASS_POLICY)
        for name, (scim, _share, access) in GROUPS.items():
            self.groups[name] = self.org.add_group(name, scim=scim)
            for permission_set, places in access.items():
                for place in places:
                    self.give(place, permission_set, "GROUP", self.groups[name])
        self._build_other_ways()
        self.org.deny_policy_id = self.org.add_scp(
            DENY_POLICY_NAME, DENY_POLICY, targets=[self.org.root_id], description="Emergency deny, kept by leaverbot"
        )

    def add_unused(self) -> None:
        """What a project left behind."""
        self.sets[UNUSED] = self.org.add_permission_set(UNUSED, "PT4H", managed=["PowerUserAccess"])

    def _build_other_ways(self) -> None:
        """Ways in besides permission sets: applications, and roles where account access manager can be used."""
        for name, group in _APPLICATIONS.items():
            self.applications[name] = self.org.add_application(name)
            if group:
                self.org.assign_application(self.applications[name], "GROUP", self.groups[group])
        for name, (account, group) in _ROLES.items():
            self.roles[name] = self.org.add_role(self.accounts[account], name)
            if group:
                self.entitle(name, "GROUP", self.groups[group])

    def entitle(self, role: str, kind: str, principal_id: str) -> None:
        """Let somebody use an ordinary role. Does nothing in a company without account access manager."""
        if self.org.options.account_access in HAVING_IT:
            self.org.entitle(self.roles[role], kind, principal_id)

    def use(self, user_id: str, application: str) -> None:
        """Assign an application to one person."""
        self.org.assign_application(self.applications[application], "USER", user_id)

    def give(self, account: str, permission_set: str, kind: str, principal_id: str) -> None:
        self.org.assign(self.accounts[account], self.sets[permission_set], kind, principal_id)

    def _fresh_names(self) -> Iterator[tuple[str, str]]:
        """(display name, user name), with unique user names however many are needed."""
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
        """Disabled this many days ago, after some years in the company."""
        gone = self.org.now() - timedelta(days=days)
        hired = gone - timedelta(days=self.draw.randrange(200, 1500))
        self.org.change_user(user_id, status="DISABLED", updated_at=gone, created_at=hired)

    def session(self, user_id: str, account: str, permission_set: str, minutes: float) -> None:
        """A session opened this many minutes ago."""
        started = self.org.now() - timedelta(minutes=minutes)
        self.org.open_session(user_id, self.accounts[account], self.sets[permission_set], started_at=started)

    def sign_in(self, user_id: str, account: str, permission_set: str, days: float) -> None:
        """Used the access portal this many days ago to assume a role, whatever the directory said by then."""
        moment, place = self.org.now() - timedelta(days=days), (self.accounts[account], self.sets[permission_set])
        for seconds, event in enumerate(("UserAuthentication", "Federate", "GetRoleCredentials")):
            at = moment + timedelta(seconds=5 * seconds)
            self.org.record_event(user_id, event, at, account_id=place[0], permission_set_arn=place[1])
