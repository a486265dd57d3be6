"""A sample company: people who work there, and people who left in every way people leave."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.playground.identity_center import Organization
from bot.playground.sample_company import ACCOUNTS, DOMAIN, GROUPS, SUSPENDED, Company


def sample_organization(
    seed: int = 7, users: int = 60, now: Callable[[], datetime] | None = None, **options: Any
) -> Organization:
    """A company of about `users` people, always the same for the same arguments. Nine of every 60 are leavers.

    Two more people were deleted and left one grant behind each, and one permission set is assigned to nobody. The
    emergency-deny policy is attached to the root; its id is `deny_policy_id`. Other arguments go to `Organization`.
    """
    # Pages are short in a small company, so that a visitor can see what happens if one of several fails.
    company = Company(seed, now, {"users_a_page": 25 if users <= 100 else 100, **options})
    company.build()
    for batch in range(max(1, users // 60)):
        _leavers(company, first=batch == 0)
    while len(company.org.user_by_id) < users:
        _employee(company)
    _deleted(company)
    company.add_unused()
    company.org.set_account_state(company.accounts[SUSPENDED], "SUSPENDED")
    return company.org


def _employee(company: Company) -> None:
    draw = company.draw
    user_id = company.hire(scim=draw.random() < 0.95, legacy_id=draw.random() < 0.2)
    company.join(user_id, *(name for name, (_, share, _) in GROUPS.items() if draw.random() < share))
    if draw.random() < 0.1:
        company.give(draw.choice(ACCOUNTS["sandboxes"][:3]), "PowerUserAccess", "USER", user_id)
    ways = [way for way in company.org.truth(user_id) if way["kind"] == "account"]
    mine = [way for way in ways if way["account_name"] != SUSPENDED]
    if mine and draw.random() < 0.3:
        way = draw.choice(mine)
        company.session(user_id, way["account_name"], way["permission_set_name"], draw.uniform(1, 50))


def _leaver(
    company: Company, first: bool, days: float, *groups: str, display: str | None = None, **attributes: Any
) -> str:
    """Somebody who left this many days ago; only in the first batch under the name the guide uses."""
    if first and display:
        name = f"{display.replace(' ', '.').lower()}@{DOMAIN}"
        attributes |= {"display_name": display, "user_name": name, "email": name}
    user_id = company.hire(**attributes)
    company.join(user_id, "everyone", *groups)
    company.leave(user_id, days)
    return user_id


def _leavers(company: Company, *, first: bool) -> None:
    """Nine people who left; the first batch has the names the guide talks about."""
    # Direct administrator of production, and in the management account through a group. Has an application as well,
    # which no emergency deny reaches.
    admin = _leaver(company, first, 0.1, "organization-admins", "cloud-viewers", display="Dana Rossi")
    company.give("payments-prod", "AdministratorAccess", "USER", admin)
    company.session(admin, "payments-prod", "AdministratorAccess", 20)
    company.session(admin, "management", "AdministratorAccess", 35)
    company.use(admin, "Grafana")
    # Through groups only, and an application through one of them.
    _leaver(company, first, 1.5, "payments-team", "cloud-viewers", display="Tomas Novotny", legacy_id=True)
    # Only in an account that is suspended.
    _leaver(company, first, 12, "warehouse-migration", display="Greta Lindholm", scim=False)
    # Power user in six accounts, one of them twice; an ordinary role and an application besides: ten ways in. Signed in
    # the day before leaving, which is nothing to worry about.
    spread = _leaver(company, first, 3, "storefront-team", display="Kwame Boateng")
    for place in ("payments-prod", "storefront-prod", "identity-prod", "data-lake", "sandbox-11", "sandbox-12"):
        company.give(place, "PowerUserAccess", "USER", spread)
    company.session(spread, "data-lake", "PowerUserAccess", 30)
    company.entitle("release-deployer", "USER", spread)
    company.use(spread, "Grafana")
    company.sign_in(spread, "data-lake", "PowerUserAccess", days=4)
    _unusual_leavers(company, first=first)


def _unusual_leavers(company: Company, *, first: bool) -> None:
    # A name that tries to ping the channel, runs right to left and contains an emoji; entitled to an ordinary role
    # through a group.
    _leaver(company, first, 0.5, "data-science", display_name="ليلى 🦊 <!channel> *&* `Ops`")
    # Neither a name nor an email address; direct access.
    nameless = _leaver(company, first, 6, display_name=None, email=None, user_name=None, legacy_id=True)
    company.give("ml-research", "DataScientist", "USER", nameless)
    company.session(nameless, "ml-research", "DataScientist", 240)
    # Left cleanly: no grant at all.
    _leaver(company, first, 20, display="Olivia Brandt")
    # Forgotten for 40 days, and signed in two days ago: CloudTrail knows.
    forgotten = _leaver(company, first, 40, "platform-engineers", "cloud-viewers", display="Ravi Menon")
    company.sign_in(forgotten, "observability", "PowerUserAccess", days=2)
    # An administrator in disguise: the permission set's inline policy allows everything.
    hidden = _leaver(company, first, 8, "cloud-viewers", display="Ingrid Solberg")
    company.give("identity-prod", "BreakGlass", "USER", hidden)


def _deleted(company: Company) -> None:
    """Two people who were deleted before their grants were taken away: nobody can use them, and nobody sees them."""
    contractor, trainee = company.hire(scim=False), company.hire()
    company.give("payments-staging", "PowerUserAccess", "USER", contractor)
    company.use(trainee, "Grafana")
    for user_id in (contractor, trainee):
        company.org.delete_user(user_id)
