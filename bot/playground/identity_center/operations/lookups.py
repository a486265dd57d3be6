"""What every Identity Store operation starts with: whom it is about, and whether the caller may write."""

from typing import NoReturn

from bot.playground.identity_center.operations.call import Call, denied
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.records import Group, User


def bare(identifier: str) -> str:
    """The id without its ARN: both forms are accepted since 2026-09."""
    return identifier.rpartition("/")[2]


def not_found(kind: str, identifier: str) -> NoReturn:
    raise AwsError("ResourceNotFoundException", f"{kind} not found.", ResourceType=kind, ResourceId=identifier)


def find_user(call: Call, identifier: str) -> User:
    return call.org.user_by_id.get(bare(identifier)) or not_found("USER", identifier)


def find_group(call: Call, identifier: str) -> Group:
    return call.org.group_by_id.get(bare(identifier)) or not_found("GROUP", identifier)


def check_writer(call: Call) -> None:
    # "remain accessible" for SCIM users and groups too, to management and delegated administrator accounts
    # (userguide, provision-automatically); other members have no write access to the organization's store.
    if not call.from_administrator:
        raise denied(call)
