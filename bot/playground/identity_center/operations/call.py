"""One call as an operation sees it, and what the operation may answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.playground.identity_center.changes.callers import caller_of
from bot.playground.identity_center.operations.paging import Pager
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.truth.verdicts import denied_session

Item = TypeVar("Item")


@dataclass(slots=True)
class Call:
    """Who calls which operation with which parameters, signed for which region."""

    org: Estate
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
    """An answer that is already serialised and checked."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class LongPoll:
    """There is no answer yet: `look` again, until it gives one."""

    look: Callable[[], dict[str, Any] | None]


Answer = dict[str, Any] | Raw | LongPoll
Operation = Callable[[Call], Answer]


def denied(call: Call, why: str = "") -> AwsError:
    service, _, name = call.operation.partition(".")
    prefix = "sso" if service == "sso-admin" else service
    caller = caller_of(call.org, call.account_id)
    return AwsError(
        "AccessDeniedException",
        f"User: {caller.arn(call.org.partition)} is not authorized to perform: {prefix}:{name}{why}",
    )


def check_caller(call: Call) -> None:
    """Refuse a call from a session that a policy denies everything. GetCallerIdentity needs no permission.

    "No permissions are required ... even if an explicit deny" (STS API reference, GetCallerIdentity).
    """
    session = call.org.callers.get(call.account_id)
    if session is not None and not call.operation.startswith("sts."):
        policy = denied_session(call.org, session)
        if policy is not None:
            raise denied(call, f" with an explicit deny in a policy ({policy})")
