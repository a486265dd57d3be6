"""The operations of a plan in words, before and after they are carried out."""

from collections import Counter
from collections.abc import Iterable

from bot.core.actions import Action, ActionState
from bot.core.models import Grant, Path
from bot.core.plans.operations import Operation, OperationKind, OperationState, Outcome
from bot.core.plans.plan import Plan
from bot.core.waiting import Trouble, Wait
from bot.slack.wording.names import name_or_id
from bot.slack.wording.text import about, clean, code, listed, name, plural, say, when
from bot.slack.wording.ways_in import application_label, last_part

# The verbs that `planned` begins with, of what was done.
_DID = {
    "remove": "Removed",
    "take": "Took",
    "put": "Put",
    "deny": "Denied",
    "lift": "Lifted",
    "provision": "Provisioned",
    "delete": "Deleted",
}
_ABOUT_A_SET = {
    OperationKind.DENY_IN_SET: "deny the user in permission set",
    OperationKind.LIFT_IN_SET: "lift the deny in permission set",
    OperationKind.DELETE_PERMISSION_SET: "delete permission set",
}
_WHOLE = {
    OperationKind.ADD_TO_DENY: "put the user's id into the deny policy",
    OperationKind.REMOVE_FROM_DENY: "take the user's id out of the deny policy",
    OperationKind.DELETE_USER: "delete the user",
}
_NOT_DONE = {
    OperationState.WAITING: "Not started",
    OperationState.ASKED: "Asked for",
    OperationState.RUNNING: "Under way",
    OperationState.ANSWERED: "Done according to AWS, not read back",
    OperationState.REFUSED: "Not done",
    OperationState.UNKNOWN: "Asked for, outcome not known",
    OperationState.NOT_BEGUN: "Not started",
}


def planned(operation: Operation, limit: int = 60) -> str:
    """The operation as something to do, with its warnings."""
    shown, args = operation.shown, operation.args
    if operation.kind is OperationKind.DELETE_ASSIGNMENT:
        text = f"remove {permission_shown(operation, limit)} in *{_account_shown(operation, limit)}*"
        role = " (removes its role; a later assignment gets a new role name)"
        return text + (role if shown.get("removes_role") else "")
    if operation.kind is OperationKind.DELETE_APPLICATION_ASSIGNMENT:
        label = application_label(args.get("application_arn"), str(shown.get("application") or ""), limit)
        return f"remove access to application *{label}*"
    if operation.kind is OperationKind.DELETE_ENTITLEMENT:
        role = code(last_part(args.get("role_arn")), limit)
        return f"remove access to role {role} in *{_account_shown(operation, limit)}*"
    if operation.kind is OperationKind.LEAVE_GROUP:
        text = f"take out of group *{name_or_id(str(shown.get('group') or ''), args.get('group_id'), limit)}*"
        return text + (" (remove it in your directory too, or it comes back)" if shown.get("scim") else "")
    if operation.kind is OperationKind.PROVISION:
        return f"provision {permission_shown(operation, limit)} in *{_account_shown(operation, limit)}*"
    if operation.kind in _ABOUT_A_SET:
        return f"{_ABOUT_A_SET[operation.kind]} {permission_shown(operation, limit)}"
    if operation.kind in {OperationKind.RELEASE_NAME, OperationKind.DENY_NAME}:
        return _name_moved(operation, limit)
    return _WHOLE[operation.kind]


def _name_moved(operation: Operation, limit: int) -> str:
    """Take the name `dana` out of the deny policy: *Dana New* has it now."""
    in_set = f"permission set {permission_shown(operation, limit)}"
    where = in_set if operation.args.get("permission_set_arn") else "the deny policy"
    user_name, holder = code(operation.args.get("user_name", ""), 130), name(str(operation.shown.get("holder") or ""))
    if operation.kind is OperationKind.DENY_NAME:
        return f"put the name {user_name} into {where}"
    holder_id = code(str(operation.shown.get("holder_id") or ""))
    return f"take the name {user_name} out of {where}: *{holder}* ({holder_id}) has it now"


def taken(operation: Operation, limit: int = 60) -> str:
    """What an operation of a revoke took away: group *x*, ReadOnlyAccess in *y*, access to application *z*."""
    text = planned(
        Operation(operation.kind, operation.args, {**operation.shown, "scim": False, "removes_role": False}), limit
    )
    return text.removeprefix("remove ").removeprefix("take out of ")


def outcome_line(outcome: Outcome, limit: int = 60) -> str:
    """What became of an operation. What was only asked for is never reported as done."""
    text = planned(outcome.operation, limit)
    if outcome.state is OperationState.DONE:
        verb, _, what = text.partition(" ")
        did = "Taken" if outcome.operation.kind is OperationKind.LEAVE_GROUP else _DID[verb]
        return f"• {did} {what}"
    detail = f". {say(outcome.detail, 400)}" if clean(outcome.detail) else ""
    return f"• {_NOT_DONE[outcome.state]}: {text}{detail}"


def _account_shown(operation: Operation, limit: int) -> str:
    account_id = operation.args.get("account_id") or operation.shown.get("account_id")
    return name_or_id(str(operation.shown.get("account") or ""), account_id, limit)


def permission_shown(operation: Operation, limit: int) -> str:
    shown = str(operation.shown.get("permission_set") or "")
    if not shown or shown.startswith("arn:"):
        return code(last_part(shown or operation.args.get("permission_set_arn")), limit)
    return name(shown, limit)


def counted(outcomes: Iterable[Outcome]) -> str:
    """5 assignments removed, access to 2 applications removed, taken out of 2 groups."""
    done = Counter(outcome.operation.kind for outcome in outcomes if outcome.state is OperationState.DONE)
    parts = []
    if done[OperationKind.DELETE_ASSIGNMENT]:
        parts.append(f"{plural(done[OperationKind.DELETE_ASSIGNMENT], 'assignment')} removed")
    applications, roles = (done[OperationKind.DELETE_APPLICATION_ASSIGNMENT], done[OperationKind.DELETE_ENTITLEMENT])
    access = [plural(count, one) for count, one in ((applications, "application"), (roles, "role")) if count]
    if access:
        parts.append(f"access to {listed(access)} removed")
    if done[OperationKind.LEAVE_GROUP]:
        parts.append(f"taken out of {plural(done[OperationKind.LEAVE_GROUP], 'group')}")
    return ", ".join(parts)


def what_it_does(plan: Plan) -> str:
    """Remove 5 assignments in 4 accounts, remove access to 2 applications and take the user out of 2 groups."""
    kinds = Counter(operation.kind for operation in plan.operations)
    parts = []
    if kinds[OperationKind.DELETE_ASSIGNMENT]:
        removed = plural(kinds[OperationKind.DELETE_ASSIGNMENT], "assignment")
        parts.append(f"remove {removed} in {_accounts(plan, OperationKind.DELETE_ASSIGNMENT)}")
    if kinds[OperationKind.DELETE_APPLICATION_ASSIGNMENT]:
        count = kinds[OperationKind.DELETE_APPLICATION_ASSIGNMENT]
        parts.append(f"remove access to {plural(count, 'application')}")
    if kinds[OperationKind.DELETE_ENTITLEMENT]:
        roles = plural(kinds[OperationKind.DELETE_ENTITLEMENT], "role")
        parts.append(f"remove access to {roles} in {_accounts(plan, OperationKind.DELETE_ENTITLEMENT)}")
    if kinds[OperationKind.LEAVE_GROUP]:
        parts.append(f"take the user out of {plural(kinds[OperationKind.LEAVE_GROUP], 'group')}")
    return listed(parts)


def _accounts(plan: Plan, kind: OperationKind) -> str:
    """How many accounts the operations of this kind are in."""
    accounts = {
        operation.args.get("account_id") or operation.shown.get("account_id")
        for operation in plan.operations
        if operation.kind is kind
    }
    return plural(len(accounts), "account")


def only_needs_management_account(view: Action) -> bool:
    """Whether a revoke did all it could, and only the management account can take the rest away.

    There is one command for each such grant, and all of them are direct ones in one account.
    """
    left = left_open(view)
    return (
        view.state is ActionState.INCOMPLETE
        and view.verified_at is not None
        and all(outcome.state is OperationState.DONE for outcome in view.outcomes)
        and 0 < len(left) == len(view.management_commands)
        and all(grant.path is Path.DIRECT and grant.account_id for grant in left)
        and len({grant.account_id for grant in left}) == 1
    )


def left_open(view: Action) -> tuple[Grant, ...]:
    """What the read afterwards still found and somebody could use."""
    return tuple(grant for grant in view.left if grant.usable)


def still_left(view: Action) -> str:
    """How much that is: nothing left, 1 way in left."""
    count = len(left_open(view))
    return f"{plural(count, 'way')} in left" if count else "nothing left"


_TROUBLES = {
    Trouble.SILENT: "it does not answer",
    Trouble.THROTTLED: "it is limiting requests",
    Trouble.BROKEN: "it answers with internal errors",
    Trouble.STRANGER: "a proxy or firewall answers in its place",
    Trouble.CREDENTIALS: "leaverbot's AWS credentials cannot be fetched",
    Trouble.BUSY: "it is busy with an earlier change",
}


def waits(wait: Wait) -> str:
    """What an action waits for, since when, and until when it is tried."""
    if wait.trouble is Trouble.SLACK:
        return f"waiting since {when(wait.since)} for Slack to confirm that the person who asked may still do this"
    if wait.trouble is Trouble.LIMIT:
        return (
            "waiting: leaverbot has changed as many people within an hour as it may. This goes on by itself "
            f"{about(wait.until)}"
        )
    why = f" ({_TROUBLES[wait.trouble]})" if wait.trouble else ""
    return f"waiting for AWS since {when(wait.since)}{why}, trying until {when(wait.until)}"


def tally(outcomes: Iterable[Outcome], how: str = "") -> str:
    """How many operations ended in which state: "18 of 40 done, 2 refused, 12 not started". `how` follows "done"."""
    states = Counter(outcome.state for outcome in outcomes)
    parts = [f"{states[OperationState.DONE]} of {states.total()} done{how}"]
    if states[OperationState.ANSWERED]:
        parts.append(f"{states[OperationState.ANSWERED]} done according to AWS, not read back")
    unknown = states[OperationState.UNKNOWN] + states[OperationState.ASKED] + states[OperationState.RUNNING]
    if unknown:
        parts.append(f"{unknown} asked for, outcome not known yet")
    if states[OperationState.REFUSED]:
        parts.append(f"{states[OperationState.REFUSED]} refused")
    not_begun = states[OperationState.NOT_BEGUN] + states[OperationState.WAITING]
    return ", ".join([*parts, *([f"{not_begun} not started"] if not_begun else [])])
