"""Typical things to show, built by hand: one leaver of a sample company and what may become of the case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.cases import Case, CaseState, CloseReason
from bot.core.models import (
    Account,
    Coverage,
    Grant,
    GrantKind,
    Path,
    PersonRead,
    ScanStatus,
    Severity,
    User,
    UserStatus,
)
from bot.core.plans import ActionKind, Operation, OperationKind, OperationState, Outcome
from bot.core.views import AccountCover, ActionState, ActionView, CaseView, Control, DenyView

AT = datetime(2026, 3, 2, 9, 42, tzinfo=UTC)
OPENED = AT - timedelta(hours=3)
MANAGEMENT = "111111111111"
USER = User(
    id="906712f0a1-11111111-2222-3333-4444-555555555555",
    user_name="dana.rossi",
    display_name="Dana Rossi",
    email="dana.rossi@example.com",
    status=UserStatus.DISABLED,
    revision="7",
    updated_at=AT - timedelta(hours=6),
)
ALL = (Control.REVOKE, Control.DENY, Control.DELETE, Control.DETAILS)


def grant(
    account_id: str = "222222222222",
    account_name: str = "prod-payments",
    permission_set: str = "AdministratorAccess",
    *,
    group: str | None = None,
    status: str = "ACTIVE",
    seconds: int | None = 14_400,
) -> Grant:
    return Grant(
        GrantKind.ACCOUNT,
        Path.GROUP if group else Path.DIRECT,
        group_id=f"group-{group}" if group else None,
        group_name=group,
        account_id=account_id,
        account_name=account_name,
        account_status=status,
        permission_set_arn=f"arn:aws:sso:::permissionSet/ssoins-1111/ps-{permission_set}",
        permission_set_name=permission_set,
        session_seconds=seconds,
    )


GRANTS = (
    grant("333333333333", "data-lake", "ReadOnlyAccess", group="analysts", seconds=3600),
    grant(),
    grant(MANAGEMENT, "acme-root", "ReadOnlyAccess", group="cloud-viewers"),
    grant("444444444444", "sandbox-12", "PowerUserAccess"),
)
CASE = Case(
    id="case-1",
    user=USER,
    grants=GRANTS,
    severity=Severity.CRITICAL,
    state=CaseState.OPEN,
    version=3,
    opened_at=OPENED,
    found_by="schedule",
    read_at=AT,
    management_account_id=MANAGEMENT,
)
VIEW = CaseView(CASE, ALL, deny_ready=True)
COVER = (
    AccountCover(Account("222222222222", "prod-payments"), covered=True, why="p-1 is attached to ou-1"),
    AccountCover(Account("333333333333", "data-lake"), covered=True, why="p-1 is attached to ou-1"),
    AccountCover(
        Account(MANAGEMENT, "acme-root"),
        covered=False,
        why="service control policies do not reach the management account",
    ),
    AccountCover(Account("444444444444", "sandbox-12"), covered=True, why="p-1 is attached to ou-1"),
)
DENY = DenyView(USER.id, "p-1", AT, "U0BOB", COVER)


def removal(name: str = "prod-payments", state: OperationState = OperationState.DONE, detail: str = "") -> Outcome:
    args = {
        "account_id": "222222222222",
        "permission_set_arn": "arn:aws:sso:::permissionSet/i/ps-1",
        "user_id": USER.id,
    }
    shown = {"account": name, "permission_set": "AdministratorAccess", "removes_role": False}
    return Outcome(Operation(OperationKind.DELETE_ASSIGNMENT, args, shown), state, detail)


def leaving(name: str = "analysts", state: OperationState = OperationState.DONE, *, scim: bool = False) -> Outcome:
    args = {"membership_id": "m-1", "group_id": "g-1", "user_id": USER.id}
    return Outcome(Operation(OperationKind.LEAVE_GROUP, args, {"group": name, "scim": scim}), state)


OUTCOMES = (*(removal(name) for name in ("a", "b", "c", "d", "e")), leaving("analysts"), leaving("cloud-viewers"))
REVOKED = ActionView(
    id="action-1",
    kind=ActionKind.REVOKE,
    state=ActionState.DONE,
    user=USER,
    by="U0ALICE",
    asked_at=AT - timedelta(seconds=38),
    finished_at=AT,
    outcomes=OUTCOMES,
    verified_at=AT,
    undo=("aws sso-admin create-account-assignment --region eu-west-1 --target-id 222222222222",),
)
RUNNING = replace(
    REVOKED,
    state=ActionState.RUNNING,
    finished_at=None,
    verified_at=None,
    outcomes=(
        *OUTCOMES[:5],
        replace(OUTCOMES[5], state=OperationState.RUNNING),
        replace(OUTCOMES[6], state=OperationState.WAITING),
    ),
)
INCOMPLETE = replace(
    REVOKED,
    state=ActionState.INCOMPLETE,
    outcomes=(
        *OUTCOMES[:6],
        removal("acme-root", OperationState.FAILED, "AWS lets only the management account change that."),
    ),
    left=(GRANTS[2],),
    message="AWS lets only the management account change that.",
)
CLOSED = replace(
    CASE, grants=(), state=CaseState.CLOSED, closed_at=AT, closed_reason=CloseReason.REVOKED, closed_by="U0ALICE"
)
DENIED = replace(
    REVOKED,
    kind=ActionKind.DENY,
    state=ActionState.INCOMPLETE,
    outcomes=(),
    cover=COVER,
    undo=(),
    message="The deny does not hold in acme-root.",
)
READ = PersonRead(USER, GRANTS)
COMPLETE = Coverage(ScanStatus.COMPLETE, AT - timedelta(minutes=1), AT, users_read=600, leavers=44, leavers_read=44)
