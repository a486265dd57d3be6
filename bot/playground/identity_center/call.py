"""One call as an operation sees it, and what it may answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.playground.identity_center.errors import AwsError
from bot.playground.identity_center.organization import Organization
from bot.playground.identity_center.paging import Pager

Item = TypeVar("Item")


@dataclass(slots=True)
class Call:
    """Who calls what with which parameters, signed for which region."""

    org: Organization
    pager: Pager
    operation: str  # "identitystore.ListUsers"
    parameters: dict[str, Any]
    account_id: str
    region: str
    job_failure: str | None = None
    job_extra_seconds: float = 0.0
    wire_checked: Callable[[dict[str, Any]], bytes] | None = None  # serialises one user after checking it

    def page(
        self,
        items: Iterable[Item] | Callable[[int], Iterable[Item]],
        sequence: Callable[[Item], int],
        most: int | None = None,
    ) -> tuple[list[Item], dict[str, str]]:
        return self.pager.page(self.operation, self.parameters, items, sequence, most)

    @property
    def from_management(self) -> bool:
        return self.account_id == self.org.management_account_id

    @property
    def from_administrator(self) -> bool:
        """The management account, or the delegated administrator of Identity Center."""
        return self.from_management or self.account_id == self.org.delegated_admin_account_id


@dataclass(slots=True)
class Raw:
    """An answer that is serialised (and checked) already."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


Answer = dict[str, Any] | Raw
Operation = Callable[[Call], Answer]


def denied(call: Call) -> AwsError:
    service, _, name = call.operation.partition(".")
    prefix = "sso" if service == "sso-admin" else service
    return AwsError(
        "AccessDeniedException",
        f"User: arn:{call.org.partition}:sts::{call.account_id}:assumed-role/leaverbot/session is not authorized to "
        f"perform: {prefix}:{name}",
    )
