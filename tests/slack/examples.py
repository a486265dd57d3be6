"""Typical things to show, built by hand: one leaver of a sample company and what may become of the case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core import kinds
from bot.core.access.person_read import PersonRead
from bot.core.access.severity import Severity
from bot.core.actions import Action, ActionState, Asker
from bot.core.cases import Case, CaseState, CloseReason
from bot.core.deny.placed import AccountCover, PlacedDeny
from bot.core.kinds import REVOKE
from bot.core.models import Account, Grant, GrantKind, Orphan, Path, Privilege, Use, User, UserStatus
from bot.core.plans.operations import Operation, OperationKind, OperationState, Outcome
from bot.core.scan.coverage import Coverage, ScanStatus
from bot.core.scan.exposure import Lengths
from bot.core.scan.report import Summary
from bot.core.views import CaseView, DenyView

AT = datetime(2026, 3, 2, 9, 42, tzinfo=UTC)
OPENED = AT - timedelta(hours=3)
MANAGEMENT = "111111111111"
LEVELS = {"AdministratorAccess": Privilege.ADMINISTRATOR, "PowerUserAccess": Privilege.POWER_USER}
USER = User(
    id="906712f0a1-11111111-2222-3333-4444-555555555555",
    user_name="dana.rossi",
    display_name="Dana Rossi",
    email="dana.rossi@example.com",
    status=UserStatus.DISABLED,
    revision="7",
    updated_at=AT - timedelta(hours=6),
)
ALL = (kinds.REVOKE, kinds.DENY, kinds.DELETE, kinds.DETAILS)


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
        privilege=LEVELS.get(permission_set, Privilege.OTHER),
    )


def application(name: str | None = "Grafana", *, group: str | None = None, number: int = 1) -> Grant:
    return Grant(
        GrantKind.APPLICATION,
        Path.GROUP if group else Path.DIRECT,
        group_id=f"group-{group}" if group else None,
        group_name=group,
        session_seconds=1800,
        application_arn=f"arn:aws:sso::{MANAGEMENT}:application/ssoins-1111/apl-{number:04}",
        application_name=name,
    )


def entitlement(account_id: str = "555555555555", account_name: str = "data-lab", role: str = "Deploy") -> Grant:
    return Grant(
        GrantKind.ENTITLEMENT,
        Path.DIRECT,
        account_id=account_id,
        account_name=account_name,
        account_status="ACTIVE",
        session_seconds=43_200,
        entitlement_id="ent-1",
        role_arn=f"arn:aws:iam::{account_id}:role/{role}",
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
# Every kind of way in: four accounts by permission sets, one by a role, two applications.
EVERY_KIND = replace(CASE, grants=(*GRANTS, application(), application("Wiki", group="staff", number=2), entitlement()))
# Leaverbot runs in another account than the management account, in which one grant is direct.
AT_HOME = grant(MANAGEMENT, "acme-root", "ReadOnlyAccess")
DELEGATED = replace(CASE, grants=(GRANTS[1], AT_HOME), caller_account_id="999999999999")
USED = Use("UserAuthentication", AT - timedelta(hours=1), MANAGEMENT, "eu-west-1")
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
DENY = DenyView.of(PlacedDeny(USER, "p-1", AT, "U0BOB", COVER), kept=timedelta(hours=12))


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


def application_removal(name: str = "Grafana") -> Outcome:
    args = {"application_arn": "arn:aws:sso::1:application/ssoins-1111/apl-0001", "user_id": USER.id}
    operation = Operation(OperationKind.DELETE_APPLICATION_ASSIGNMENT, args, {"application": name})
    return Outcome(operation, OperationState.DONE)


def entitlement_removal(state: OperationState = OperationState.DONE) -> Outcome:
    args = {"entitlement_id": "ent-1", "role_arn": "arn:aws:iam::555555555555:role/Deploy", "user_id": USER.id}
    shown = {"account": "data-lab", "account_id": "555555555555"}
    return Outcome(Operation(OperationKind.DELETE_ENTITLEMENT, args, shown), state)


def in_set(state: OperationState = OperationState.DONE, name: str = "ReadOnlyAccess") -> Outcome:
    """The inline policy of a permission set denies."""
    args = {"permission_set_arn": f"arn:aws:sso:::permissionSet/i/{name}", "user_id": USER.id}
    return Outcome(Operation(OperationKind.DENY_IN_SET, args, {"permission_set": name}), state, "", AT)


def provision(
    account_id: str = MANAGEMENT,
    account: str = "acme-root",
    *,
    state: OperationState = OperationState.DONE,
    detail: str = "",
) -> Outcome:
    """That permission set, provisioned in an account."""
    args = {"permission_set_arn": "arn:aws:sso:::permissionSet/i/ReadOnlyAccess", "account_id": account_id}
    shown = {"permission_set": "ReadOnlyAccess", "account": account}
    return Outcome(Operation(OperationKind.PROVISION, args, shown), state, detail, AT)


ADDED = Outcome(
    Operation(OperationKind.ADD_TO_DENY, {"user_id": USER.id}, {"user": "Dana Rossi"}), OperationState.DONE, "", AT
)
OUTCOMES = (*(removal(name) for name in ("a", "b", "c", "d", "e")), leaving("analysts"), leaving("cloud-viewers"))
REVOKED = Action(
    id="action-1",
    key="",
    case_id="case-1",
    kind=REVOKE,
    state=ActionState.DONE,
    user=USER,
    asker=Asker("U0ALICE", "C0ALERTS"),
    asked_at=AT - timedelta(seconds=38),
    finished_at=AT,
    operations=OUTCOMES,
    verified_at=AT,
    undo=("aws sso-admin create-account-assignment --region eu-west-1 --target-id 222222222222",),
)
RUNNING = replace(
    REVOKED,
    state=ActionState.RUNNING,
    finished_at=None,
    verified_at=None,
    operations=(
        *OUTCOMES[:5],
        replace(OUTCOMES[5], state=OperationState.RUNNING),
        replace(OUTCOMES[6], state=OperationState.WAITING),
    ),
)
INCOMPLETE = replace(
    REVOKED,
    state=ActionState.INCOMPLETE,
    operations=(
        *OUTCOMES[:6],
        removal("acme-root", OperationState.REFUSED, "AWS lets only the management account change that."),
    ),
    left=(GRANTS[2],),
    message="AWS lets only the management account change that.",
)
# All that could be done from leaverbot's account was done.
ONLY_ELSEWHERE = replace(
    REVOKED,
    state=ActionState.INCOMPLETE,
    operations=OUTCOMES[:1],
    left=(AT_HOME,),
    message="Only the management account can take away the last one.",
    management_commands=("aws sso-admin delete-account-assignment --region eu-west-1 --target-id 111111111111",),
)
CLOSED = replace(
    CASE, grants=(), state=CaseState.CLOSED, closed_at=AT, closed_reason=CloseReason.REVOKED, closed_by="U0ALICE"
)
DENIED = replace(
    REVOKED,
    kind=kinds.DENY,
    state=ActionState.INCOMPLETE,
    operations=(),
    cover=COVER,
    undo=(),
    message="The deny does not hold in acme-root.",
)
READ = PersonRead(USER, GRANTS)
COMPLETE = Coverage(
    ScanStatus.COMPLETE,
    AT - timedelta(minutes=1),
    AT,
    kinds_read=tuple(GrantKind),
    users_read=600,
    leavers=44,
    leavers_read=44,
    calls={"identitystore.ListUsers": 6, "sso-admin.ListAccountAssignmentsForPrincipal": 1198},
)
SUMMARY = Summary(
    at=AT,
    since=AT - timedelta(days=1),
    open_by_severity={Severity.CRITICAL: 1, Severity.HIGH: 1, Severity.NORMAL: 1},
    open_before=5,
    opened=2,
    closed=(("revoked", "U0ALICE", 3), ("enabled", None, 1)),
    longest=(CASE,),
    median_seconds=2520.0,
    worst_seconds=18_000.0,
    denies=(DENY,),
    last_scan=COMPLETE,
    scans_complete=96,
    scans_total=96,
    scans_failed=0,
    all_clear=False,
    week=Lengths(4, 2520.0, 18_000.0),
    four_weeks=Lengths(9, 3600.0, 172_800.0),
    severity_before={Severity.CRITICAL: 2, Severity.HIGH: 3, Severity.NORMAL: 0},
)
GONE_ID = "906712f0a1-99999999-2222-3333-4444-555555555555"
ORPHANS = (Orphan(GONE_ID, GRANTS[1]), Orphan(GONE_ID, application()), Orphan(GONE_ID, entitlement()))


def buttons(message):
    """Every button and menu of a message, those beside a text too."""
    shown = []
    for block in message.blocks:
        shown += block["elements"] if block["type"] == "actions" else []
        shown += [block["accessory"]] if "accessory" in block else []
    return shown


def offered(message):
    """Every button of a message, and the options of its menus."""
    return [one for element in buttons(message) for one in element.get("options", [element])]


def words_of(message):
    """Everything a message shows, context lines too."""
    texts = []
    for block in message.blocks:
        if block["type"] == "rich_text":
            texts += [f"```{''.join(part['text'] for part in one['elements'])}```" for one in block["elements"]]
            continue
        texts += (
            [block["text"]["text"]]
            if "text" in block
            else [e["text"] for e in block["elements"] if e["type"] == "mrkdwn"]
        )
    return "\n".join(texts)
