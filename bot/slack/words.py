"""How things are called: users, grants, operations, denies and sessions, the same words in messages and dialogs."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.core.models import Grant, GrantKind, Path, Severity, User
from bot.core.plans import ActionKind, Operation, OperationKind, OperationState, Outcome
from bot.core.views import AccountCover, ActionView, DenyView
from bot.slack.text import clean, code, listed, mention, name, plain, plural, say, span, utc, when

# A role session lives at most this long, and AWS advises to keep a deny for as long (facts: authconcept.html).
LONGEST_SESSION = timedelta(hours=12)

ACTION_NAMES = {
    ActionKind.REVOKE: "Revoke",
    ActionKind.DENY: "Emergency deny",
    ActionKind.LIFT: "Lift deny",
    ActionKind.DELETE: "Delete user",
}
NOT_REACHED = (
    "No such deny reaches roles that were assumed from a session by chaining, or IAM users and access keys that "
    "the person made. Look for those yourself."
)
MANAGEMENT_NOT_REACHED = (
    "Service control policies do not reach the management account, so the deny does not hold there."
)
DENY_STOPS = "Emergency deny stops them, except in the management account."
DEAD = "Nobody can use them, and AWS refuses to change them."
SCIM = (
    "Managed by your directory (SCIM): it may put back what is removed here, a group membership for example. "
    "Remove it there too."
)


def user_label(user: User, limit: int = 80) -> str:
    """The best name there is, as mrkdwn."""
    return name(best_name(user), limit)


def best_name(user: User) -> str:
    """The best name there is, unescaped; "" when every one of them is empty."""
    return next((text for text in (user.display_name, user.user_name, user.email, user.id) if clean(text)), "")


def identity(user: User, limit: int = 80) -> str:
    """User name and e-mail, and the id of somebody without a user name."""
    names = [user.user_name] if clean(user.user_name) else []
    if clean(user.email) and clean(user.email) != clean(user.user_name):
        names.append(user.email)
    shown = [name(text, limit) for text in names]
    return " · ".join(shown if clean(user.user_name) else [*shown, f"user id {code(user.id)}"])


def account_ids(grants: Iterable[Grant]) -> list[str]:
    """The distinct accounts of grants, in their order."""
    return list(dict.fromkeys(grant.account_id for grant in grants if grant.account_id))


def account_label(account_id: str | None, account_name: str | None, limit: int = 60) -> str:
    return name(account_name, limit) if clean(account_name or "") else code(account_id or "", limit)


def place(grant: Grant, management: str | None, limit: int, *, ids: bool = False) -> str:
    """Where a grant leads: the account, with the management account marked."""
    if grant.kind is GrantKind.APPLICATION:
        return f"application {code((grant.application_arn or '').rpartition('/')[2], limit)}"
    shown = f"*{account_label(grant.account_id, grant.account_name, limit)}*"
    if ids and grant.account_id and clean(grant.account_name or ""):
        shown += f" {code(grant.account_id, limit)}"
    return shown + (" (management account)" if management and grant.account_id == management else "")


def permission(grant: Grant, limit: int) -> str:
    if clean(grant.permission_set_name or ""):
        return name(grant.permission_set_name, limit)
    if grant.kind is GrantKind.ENTITLEMENT:
        return f"role {code((grant.role_arn or '').rpartition('/')[2], limit)}"
    return f"permission set {code((grant.permission_set_arn or '').rpartition('/')[2], limit)}"


def path(grant: Grant, limit: int) -> str:
    if grant.path is Path.DIRECT:
        return "directly"
    return f"through group *{group_label(grant.group_name, grant.group_id, limit)}*"


def group_label(group_name: str | None, group_id: str | None, limit: int = 60) -> str:
    return name(group_name, limit) if clean(group_name or "") else code(group_id or "", limit)


def grant_line(grant: Grant, management: str | None, limit: int = 60, *, ids: bool = False) -> str:
    """• *account* · permission set · path, and for a dead account its state."""
    parts = [place(grant, management, limit, ids=ids)]
    if grant.kind is not GrantKind.APPLICATION:
        parts.append(permission(grant, limit))
    parts.append(path(grant, limit))
    if not grant.usable:
        parts.append(f"account {account_status(grant)}")
    return "• " + " · ".join(parts)


def account_status(grant: Grant) -> str:
    return say((grant.account_status or "").replace("_", " ").lower(), 30)


def ways(grants: Sequence[Grant]) -> str:
    """7 ways in: 5 directly, 2 through groups."""
    direct = sum(grant.path is Path.DIRECT for grant in grants)
    grouped = len(grants) - direct
    if direct and grouped:
        return f"{plural(len(grants), 'way')} in: {direct} directly, {grouped} through groups"
    how = "directly" if direct else plural(len({grant.group_id for grant in grants}), "group")
    return f"{plural(len(grants), 'way')} in, {how if direct else 'through ' + how}"


def severity_line(level: Severity, grants: Sequence[Grant], management: str | None) -> str:
    """The severity with what makes it that."""
    why = []
    if any(grant.is_administrator for grant in grants):
        why.append("AdministratorAccess")
    if management and management in account_ids(grants):
        why.append("the management account")
    if not why and any(grant.permission_set_name == "PowerUserAccess" for grant in grants):
        why.append("PowerUserAccess")
    if not why and level is Severity.HIGH:
        why.append(plural(len(account_ids(grants)), "account"))
    reason = f" ({listed(why)})" if why and level is not Severity.NORMAL else ""
    return f"Severity {level}{reason}"


def sessions(grants: Iterable[Grant]) -> str:
    """How long sessions that are open already may live: "for up to 4 hours"."""
    known = [grant.session_seconds for grant in grants]
    read = [seconds for seconds in known if seconds is not None]
    if not read:
        return "for up to 12 hours (AWS's maximum; their real length could not be read)"
    if len(read) < len(known):
        return f"for up to {span(max(read))}, perhaps for 12 hours (not every length could be read)"
    return f"for up to {span(max(read))}"


def planned(operation: Operation, limit: int = 60) -> str:
    """The operation as something to do, with its warnings."""
    shown, args = operation.shown, operation.args
    if operation.kind is OperationKind.DELETE_ASSIGNMENT:
        text = f"remove {_permission_shown(operation, limit)} in *{_account_shown(operation, limit)}*"
        role = " (removes its role; a later assignment gets a new role name)"
        return text + (role if shown.get("removes_role") else "")
    if operation.kind is OperationKind.LEAVE_GROUP:
        text = f"leave group *{group_label(str(shown.get('group') or ''), args.get('group_id'), limit)}*"
        return text + (" (your directory may put it back: fix it there too)" if shown.get("scim") else "")
    return {
        OperationKind.ADD_TO_DENY: "put the user's id into the deny policy",
        OperationKind.REMOVE_FROM_DENY: "take the user's id out of the deny policy",
        OperationKind.DELETE_USER: "delete the user",
    }[operation.kind]


_DONE = {
    OperationKind.DELETE_ASSIGNMENT: ("remove ", "Removed "),
    OperationKind.LEAVE_GROUP: ("leave ", "Left "),
    OperationKind.ADD_TO_DENY: ("put ", "Put "),
    OperationKind.REMOVE_FROM_DENY: ("take ", "Took "),
    OperationKind.DELETE_USER: ("delete ", "Deleted "),
}
_NOT_DONE = {
    OperationState.WAITING: "Not started",
    OperationState.ASKED: "Under way",
    OperationState.RUNNING: "Under way",
    OperationState.FAILED: "Not done",
}


def outcome_line(outcome: Outcome, limit: int = 60) -> str:
    """What became of an operation; what was asked for is never said as if it had happened."""
    text = planned(outcome.operation, limit)
    if outcome.state is OperationState.DONE:
        asked, did = _DONE[outcome.operation.kind]
        return f"• {did}{text.removeprefix(asked)}"
    detail = f". {say(outcome.detail, 400)}" if clean(outcome.detail) else ""
    return f"• {_NOT_DONE[outcome.state]}: {text}{detail}"


def _account_shown(operation: Operation, limit: int) -> str:
    return account_label(operation.args.get("account_id"), str(operation.shown.get("account") or ""), limit)


def _permission_shown(operation: Operation, limit: int) -> str:
    shown = str(operation.shown.get("permission_set") or "")
    if not shown or shown.startswith("arn:"):
        return code((shown or operation.args.get("permission_set_arn", "")).rpartition("/")[2], limit)
    return name(shown, limit)


def counted(outcomes: Iterable[Outcome]) -> str:
    """5 assignments removed, taken out of 2 groups."""
    done = [outcome.operation.kind for outcome in outcomes if outcome.state is OperationState.DONE]
    parts = []
    if OperationKind.DELETE_ASSIGNMENT in done:
        parts.append(f"{plural(done.count(OperationKind.DELETE_ASSIGNMENT), 'assignment')} removed")
    if OperationKind.LEAVE_GROUP in done:
        parts.append(f"taken out of {plural(done.count(OperationKind.LEAVE_GROUP), 'group')}")
    return ", ".join(parts)


def cover_line(cover: AccountCover, limit: int = 60) -> str:
    state = {True: "covered", False: "*not covered*", None: "not known"}[cover.covered]
    why = f" ({say(cover.why, 200)})" if clean(cover.why) else ""
    return f"• *{account_label(cover.account.id, cover.account.name, limit)}*: {state}{why}"


def cover_summary(cover: Sequence[AccountCover], most: int = 3) -> str:
    """Covered: 3 of 4 accounts. Not covered: *x* (why). Not known: *y* (why)."""
    if not cover:
        return ""
    holds = sum(one.covered is True for one in cover)
    text = f"Covered: {holds} of {plural(len(cover), 'account')}."
    for state, intro in ((False, "Not covered"), (None, "Not known")):
        others = [_with_reason(one) for one in cover if one.covered is state]
        if others:
            text += f" {intro}: {listed(others, most)}."
    return text


def _with_reason(cover: AccountCover) -> str:
    why = f" ({say(cover.why, 90)})" if clean(cover.why) else ""
    return f"*{account_label(cover.account.id, cover.account.name, 40)}*{why}"


def deny_line(deny: DenyView) -> str:
    """The deny in force: since when, by whom, where it holds, how long to keep it."""
    parts = [
        f"*Emergency deny in force* since {when(deny.since)} by {mention(deny.by)}.",
        cover_summary(deny.cover),
        f"Keep it until {when(deny.since + LONGEST_SESSION)} at least.",
    ]
    return " ".join(part for part in parts if part)


def deny_words(user: User) -> str:
    """What an emergency deny does, as plain text: the same in the confirm dialog and in the modal."""
    return (
        f"AWS will refuse everything {plain(best_name(user), 60)} does in the accounts the deny policy reaches, open "
        "sessions included. The management account is not reached. Nobody else is affected. Keep it for at least "
        "12 hours; Lift deny takes it back."
    )


def lift_words(user: User, since: datetime | None) -> str:
    """What lifting does, as plain text."""
    placed = f" It is in force since {utc(since)}." if since else ""
    return (
        f"Sessions {plain(best_name(user), 60)} still has open, and any access left, work again.{placed} "
        "AWS advises to keep a deny for at least 12 hours."
    )


def left_open(view: ActionView) -> tuple[Grant, ...]:
    """What the read afterwards still found and somebody could use."""
    return tuple(grant for grant in view.left if grant.usable)
