"""A sample company: people who work there, and people who left in every way people leave."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.playground.identity_center import Organization
from bot.playground.sample_company import ACCOUNTS, DOMAIN, GROUPS, SUSPENDED, Company

# Each further nine people left so many days before the nine before them.
BATCH_DAYS = 3


def sample_organization(
    seed: int = 7,
    users: int = 60,
    leavers: int | None = None,
    now: Callable[[], datetime] | None = None,
    **options: Any,
) -> Organization:
    """A company of about `users` people, always the same for the same arguments. `leavers` of them are disabled (None:
    nine of every 60); eight of nine still hold a grant.

    Two more people were deleted and left one grant behind each, and one permission set is assigned to nobody. The
    emergency-deny policy is attached to the root; its id is `deny_policy_id`. Other arguments go to `Organization`.
    """
    # Pages are short in a small company, so that a visitor can see what happens if one of several fails.
    company = Company(seed, now, {"users_a_page": 25 if users <= 100 else 100, **options})
    company.build()
    for number in range(len(LEAVERS) * max(1, users // 60) if leavers is None else leavers):
        LEAVERS[number % len(LEAVERS)](company, number // len(LEAVERS))
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
    company: Company, batch: int, days: float, *groups: str, display: str | None = None, **attributes: Any
) -> str:
    """Somebody who left this many days ago; only in the first batch with the names that the guide talks about."""
    if batch:
        attributes, days = {name: attributes[name] for name in attributes if name == "scim"}, days + BATCH_DAYS * batch
    elif display:
        name = f"{display.replace(' ', '.').lower()}@{DOMAIN}"
        attributes |= {"display_name": display, "user_name": name, "email": name}
    user_id = company.hire(**attributes)
    company.join(user_id, "everyone", *groups)
    company.leave(user_id, days)
    return user_id


def _dana(company: Company, batch: int) -> None:
    """Direct administrator of production, and in the management account through a group. Has an application as well,
    which no emergency deny reaches.
    """
    admin = _leaver(company, batch, 0.1, "organization-admins", "cloud-viewers", display="Dana Rossi")
    company.give("payments-prod", "AdministratorAccess", "USER", admin)
    company.session(admin, "payments-prod", "AdministratorAccess", 20)
    company.session(admin, "management", "AdministratorAccess", 35)
    company.use(admin, "Grafana")


def _tomas(company: Company, batch: int) -> None:
    """Through groups only, and an application through one of them."""
    _leaver(company, batch, 1.5, "payments-team", "cloud-viewers", display="Tomas Novotny", legacy_id=True)


def _greta(company: Company, batch: int) -> None:
    """Only in an account that is suspended."""
    _leaver(company, batch, 12, "warehouse-migration", display="Greta Lindholm", scim=False)


def _kwame(company: Company, batch: int) -> None:
    """Power user in six accounts, one of them twice; an ordinary role and an application besides: ten ways in. Signed
    in the day before leaving, which is nothing to worry about.
    """
    spread = _leaver(company, batch, 3, "storefront-team", display="Kwame Boateng")
    for place in ("payments-prod", "storefront-prod", "identity-prod", "data-lake", "sandbox-11", "sandbox-12"):
        company.give(place, "PowerUserAccess", "USER", spread)
    company.session(spread, "data-lake", "PowerUserAccess", 30)
    company.entitle("release-deployer", "USER", spread)
    company.use(spread, "Grafana")
    if batch == 0:
        company.sign_in(spread, "data-lake", "PowerUserAccess", days=4)


def _laila(company: Company, batch: int) -> None:
    """A name that tries to ping the channel, runs right to left and contains an emoji; entitled to an ordinary role
    through a group.
    """
    _leaver(company, batch, 0.5, "data-science", display_name="ليلى 🦊 <!channel> *&* `Ops`")


def _nameless(company: Company, batch: int) -> None:
    """Neither a name nor an email address; direct access."""
    nameless = _leaver(company, batch, 6, display_name=None, email=None, user_name=None, legacy_id=True)
    company.give("ml-research", "DataScientist", "USER", nameless)
    company.session(nameless, "ml-research", "DataScientist", 240)


def _olivia(company: Company, batch: int) -> None:
    """Left cleanly: no grant at all."""
    _leaver(company, batch, 20, display="Olivia Brandt")


def _ravi(company: Company, batch: int) -> None:
    """Forgotten for 40 days; one in ten of them signed in some days ago, and CloudTrail knows."""
    forgotten = _leaver(company, batch, 40, "platform-engineers", "cloud-viewers", display="Ravi Menon")
    if batch % 10 == 0:
        company.sign_in(forgotten, "observability", "PowerUserAccess", days=2 + batch / 7)


def _ingrid(company: Company, batch: int) -> None:
    """An administrator in disguise: the permission set's inline policy allows everything."""
    hidden = _leaver(company, batch, 8, "cloud-viewers", display="Ingrid Solberg")
    company.give("identity-prod", "BreakGlass", "USER", hidden)


# The ways in which people leave, in turns.
LEAVERS = (_dana, _tomas, _greta, _kwame, _laila, _nameless, _olivia, _ravi, _ingrid)


def _deleted(company: Company) -> None:
    """Two people who were deleted before their grants were taken away: nobody can use them, and nobody sees them."""
    contractor, trainee = company.hire(scim=False), company.hire()
    company.give("payments-staging", "PowerUserAccess", "USER", contractor)
    company.use(trainee, "Grafana")
    for user_id in (contractor, trainee):
        company.org.delete_user(user_id)
