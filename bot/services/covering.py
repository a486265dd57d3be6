"""Where an emergency deny holds: which accounts the policy's attachments reach."""

from collections.abc import Iterable

from bot.core.errors import AwsError
from bot.core.models import Account
from bot.core.views import AccountCover
from bot.ports import DenyPolicy
from bot.services.parts import Parts

# The names and places of accounts change rarely; a list this old, in seconds, will do for saying what is covered.
ACCOUNT_AGE = 600.0


def cover(parts: Parts, policy: DenyPolicy, account_ids: Iterable[str]) -> tuple[AccountCover, ...]:
    """For each account whether the policy reaches it. Unknown is said, never guessed."""
    try:
        accounts = parts.access.accounts(max_age=ACCOUNT_AGE)
        management = parts.access.management_account_id()
    except AwsError as error:
        return tuple(AccountCover(Account(name), None, str(error)) for name in sorted(account_ids))
    return tuple(
        _cover_one(parts, policy, accounts.get(name, Account(name)), management) for name in sorted(account_ids)
    )


def _cover_one(parts: Parts, policy: DenyPolicy, account: Account, management: str) -> AccountCover:
    if account.id == management:
        why = "service control policies do not reach the management account"
        return AccountCover(account, covered=False, why=why)
    root = next((target for target in policy.targets if target.startswith("r-")), None)
    if root:
        # An organization has one root, and every account is below it.
        return AccountCover(account, covered=True, why=f"{policy.id} is attached to the root {root}")
    if account.id in policy.targets:
        return AccountCover(account, covered=True, why=f"{policy.id} is attached to the account")
    try:
        above = parts.deny.parents(account)
    except AwsError as error:
        return AccountCover(account, covered=None, why=str(error))
    for parent in above:
        if parent in policy.targets:
            return AccountCover(account, covered=True, why=f"{policy.id} is attached to {parent}")
    return AccountCover(account, covered=False, why=f"{policy.id} is not attached to this account or above it")
