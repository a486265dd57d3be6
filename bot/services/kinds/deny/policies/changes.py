"""What an operation of a deny, a lift or a rename changes in a document, of a policy or of a permission set."""

from collections.abc import Mapping

from bot.core.actions import Action
from bot.core.deny.placed import PlacedDeny
from bot.core.deny.policy_document import NEARLY_FULL, PLACEHOLDER, Denied, change, denied_names, denied_users, used
from bot.core.deny.statements import DocumentKind
from bot.core.errors import DenyDocumentFull
from bot.core.models import User
from bot.core.plans.operations import OperationKind, Outcome
from bot.core.reasons import Code, Reason
from bot.core.views import NoticeKind
from bot.services.context import Context


def named_in(op: Outcome) -> Denied:
    """The user as the operation names it; one that an older version stored names nobody by name."""
    return Denied(op.operation.args["user_id"], op.operation.args.get("user_name", ""))


def is_in(text: str, denied: Denied) -> bool:
    return denied.user_id in denied_users(text) or bool(denied.user_name and denied.user_name in denied_names(text))


def with_name(op: Outcome, text: str, kind: DocumentKind, placeholder: str = PLACEHOLDER) -> str:
    """The document as this operation on a name wants it; as it is when there is no room, or the user is not in it."""
    who = named_in(op)
    if op.operation.kind is OperationKind.RELEASE_NAME:
        held = op.operation.shown.get("holder_id") in denied_users(text)
        out = [] if held or who.user_name not in denied_names(text) else [Denied("", who.user_name)]
        return change(text, kind=kind, remove=out, placeholder=placeholder) if out else text
    if who.user_id not in denied_users(text) or who.user_name in denied_names(text):
        return text
    try:
        return change(text, kind=kind, add=[who])
    except DenyDocumentFull:
        return text


def removals(context: Context, user: User, name_now: str) -> list[Denied]:
    """The user as a lift takes it out: by id, by the name it has now, and by every name it was denied by that no other
    denied user has.
    """
    known = context.store.deny(user.id)
    others = {name for deny in context.store.denies() if deny.user.id != user.id for name in deny.names}
    names = [name for name in (known.names if known else ()) if name not in others]
    return [Denied(user.id, name) for name in dict.fromkeys((*names, name_now)) if name] or [Denied(user.id)]


def remembered(context: Context, action: Action, *, name: str = "") -> PlacedDeny:
    """The deny that this action places, not confirmed yet; `name`: the user name that is denied, too."""
    user = action.user
    return PlacedDeny(
        user=user,
        policy_id="",
        since=context.clock.now(),
        by=action.by,
        cover=(),
        confirmed=False,
        names=(name,) if name else (),
        reason=action.reason,
        not_disabled=action.not_disabled,
        long_sessions=context.store.long_sessions(user.id),
        id=action.id,
    )


def no_room(text: str, who: Denied, policy_id: str = "") -> Reason:
    """Why a name did not go into this policy, or into a permission set."""
    return Reason(Code.NO_ROOM_FOR_NAME if who.user_id in denied_users(text) else Code.ID_NOT_THERE, why=policy_id)


def no_space(context: Context, texts: Mapping[str, str]) -> Reason:
    """Why nobody more can be denied in these policies."""
    how = [context.words(Reason(Code.FILLED, why=name, count=len(text))) for name, text in texts.items()]
    return Reason(Code.FULL, why=", ".join(how))


def warn_when_nearly_full(context: Context, texts: Mapping[str, str]) -> None:
    """Say, once a day, that the policies together are nearly full: before an emergency finds out."""
    if not texts:
        return
    share = sum(used(text, DocumentKind.SCP) for text in texts.values()) / len(texts)
    if share < NEARLY_FULL:
        return
    now = context.clock.now()
    text = context.words(Reason(Code.NEARLY_FULL, why=", ".join(texts), count=round(100 * share)))
    context.store.notice(f"nearly_full:{now:%Y-%m-%d}", NoticeKind.NEARLY_FULL, "", text, now)
