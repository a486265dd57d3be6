"""Accounts and organizational units: creating and closing them, and finding what is above them."""

from datetime import timedelta

from bot.playground.identity_center.changes.scps import add_full_access, attach
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.records import ACTIVE, Account, Instance, Unit

STATES = ("PENDING_ACTIVATION", ACTIVE, "SUSPENDED", "PENDING_CLOSURE", "CLOSED")


def found_organization(org: Estate, management_account_id: str | None) -> None:
    """Create what every organization starts with: FullAWSAccess, the management account, the instance."""
    add_full_access(org)
    org.management_account_id = add_account(org, "management", account_id=management_account_id)
    owner = org.management_account_id
    org.instance_by_arn[org.instance_arn] = Instance(
        org.instance_arn, org.identity_store_id, owner, org.region, None, org.created_at
    )
    org.account_access_arn = (
        f"arn:{org.partition}:account-access:{org.region}:{owner}:application/{org.later_ids.uuid()}"
    )


def _check_parent(org: Estate, parent: str) -> None:
    if parent != org.root_id and parent not in org.unit_by_id:
        raise ValueError(f"there is no OU {parent}")


def _check_state(state: str) -> None:
    if state not in STATES:
        raise ValueError(f"an account's state is one of {STATES}")


def add_ou(org: Estate, name: str, parent: str | None = None) -> str:
    """A new organizational unit under another one (None: the root). Returns its id."""
    with org.edit():
        parent = parent or org.root_id
        _check_parent(org, parent)
        unit = Unit(org.ids.unit(org.root_id), name, parent)
        org.unit_by_id[unit.id] = unit
        attach(org, org.full_access_policy_id, unit.id)
        return unit.id


def add_account(
    org: Estate, name: str, ou: str | None = None, state: str = ACTIVE, account_id: str | None = None
) -> str:
    """A new account under an OU (None: the root). Returns its 12-digit id."""
    with org.edit():
        parent = ou or org.root_id
        _check_parent(org, parent)
        _check_state(state)
        new_id = account_id or org.ids.account(org.account_by_id)
        email = f"aws+{new_id}@example.com"
        org.account_by_id[new_id] = Account(new_id, name, email, state, parent, org.now() - timedelta(days=400))
        attach(org, org.full_access_policy_id, new_id)
        return new_id


def set_account_state(org: Estate, account_id: str, state: str) -> None:
    _check_state(state)
    with org.edit():
        org.account_by_id[account_id].state = state


def path_of(org: Estate, account_id: str) -> list[str]:
    """The account and everything above it, the root last."""
    return [account_id, *path_above(org, org.account_by_id[account_id].parent)]


def path_above(org: Estate, at: str) -> list[str]:
    """A root or organizational unit and everything above it, the root last."""
    path = []
    while at != org.root_id:
        path.append(at)
        at = org.unit_by_id[at].parent
    return [*path, org.root_id]
