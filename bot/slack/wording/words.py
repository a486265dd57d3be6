"""How things are called: users, accounts, groups, actions and denies, the same words in messages and dialogs."""

from collections.abc import Sequence
from datetime import timedelta

from bot.core.actions import DELETE, DENY, LIFT, PRUNE, RENAME, REVOKE, SHUT_OUT
from bot.core.deny.policy_document import NAME_UNMATCHED
from bot.core.models import LONGEST_SESSION, Grant, User
from bot.core.sessions import lasting
from bot.core.views import AccountCover, ActionView, DenyView
from bot.core.waiting import Trouble, Wait
from bot.slack.wording.text import clean, code, listed, mention, name, plain, plural, say, when

ACTION_NAMES = {
    REVOKE: "Revoke",
    DENY: "Emergency deny",
    LIFT: "Lift deny",
    DELETE: "Delete user",
    SHUT_OUT: "Shut out",
    PRUNE: "Delete permission set",
    RENAME: "Change of names in the emergency deny",
}
NOT_REACHED = (
    "A deny does not reach applications, roles assumed from a session (role chaining), or IAM users and access keys "
    "that the person made. Check those yourself."
)
# As long as the longest reason that there is, names of the usual length in it: it is not cut before its point.
WHY = 300
PROTECTED = "Protected (LEAVERBOT_PROTECTED_USERS): leaverbot shows this user and never changes anything."
SCIM = "Synced from your directory (SCIM): remove group memberships there too, or they come back."


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


def account_label(account_id: str | None, account_name: str | None, limit: int = 60) -> str:
    return name(account_name, limit) if clean(account_name or "") else code(account_id or "", limit)


def group_label(group_name: str | None, group_id: str | None, limit: int = 60) -> str:
    return name(group_name, limit) if clean(group_name or "") else code(group_id or "", limit)


def cover_line(cover: AccountCover, limit: int = 60, *, would: bool = False) -> str:
    """Whether a deny holds in one account; `would`: there is none yet."""
    now = {True: "blocked", False: "*open*", None: "not known"}
    then = {True: "would be blocked", False: "*would stay open*", None: "not known"}
    state = (then if would else now)[cover.covered]
    why = f" ({say(cover.why, WHY)})" if clean(cover.why) else ""
    return f"• *{account_label(cover.account.id, cover.account.name, limit)}*: {state}{why}"


def cover_summary(cover: Sequence[AccountCover], most: int = 3, *, would: bool = False) -> str:
    """Blocked in 3 of 4 accounts. Open: *x* (why). Not known: *y* (why). `would`: there is no deny yet."""
    if not cover:
        return ""
    holds = sum(one.covered is True for one in cover)
    text = f"{'Would block' if would else 'Blocked in'} {holds} of {plural(len(cover), 'account')}."
    for state, intro in ((False, "Would stay open" if would else "Open"), (None, "Not known")):
        others = [_with_reason(one) for one in cover if one.covered is state]
        if others:
            text += f" {intro}: {listed(others, most)}."
    return text


def _with_reason(cover: AccountCover) -> str:
    why = f" ({say(cover.why, WHY)})" if clean(cover.why) else ""
    return f"*{account_label(cover.account.id, cover.account.name, 40)}*{why}"


def deny_line(deny: DenyView, press: str = "") -> str:
    """The deny in force: since when, by whom, why, where it holds, when it ends. `press`: what can be pressed."""
    placed = f"since {when(deny.since)} by {mention(deny.by)}."
    if deny.missing:
        what = f": {sentence(deny.missing, 300)}" if clean(deny.missing) else "."
        head = f"*Somebody changed the emergency deny*{what}"
        placed = f"It was placed {when(deny.since)} by {mention(deny.by)}."
    else:
        head = "*Emergency deny in force*"
    parts = [
        *([head, press, placed] if deny.missing else [f"{head} {placed}", press]),
        "*It was placed on somebody who was not disabled.*" if deny.not_disabled else "",
        reason_line(deny.reason),
        cover_summary(deny.cover),
        _by_id_alone(deny),
        deny_end(deny),
    ]
    return " ".join(part for part in parts if part)


def _by_id_alone(deny: DenyView) -> str:
    """Which sessions the user id alone denies."""
    lent = listed([code(one, 130) for one in deny.lent])
    somebody = f"Somebody else has the name {lent} now: open sessions under it are blocked by the user id alone."
    return " ".join([*([NAME_UNMATCHED] if deny.unmatched else []), *([somebody] if deny.lent else [])])


def deny_end(deny: DenyView) -> str:
    """When the deny lifts itself, as far as that is known."""
    if deny.ends_at:
        return f"It ends by itself {when(deny.ends_at)}."
    return lifts_itself(deny.kept)


def lifts_itself(kept: timedelta) -> str:
    return f"It ends by itself {lasting(kept)} after the last way in is gone."


def reason_line(reason: str) -> str:
    return f"Reason: {sentence(reason, 300)}" if clean(reason) else ""


def sentence(text: str, limit: int) -> str:
    """Plain text as a sentence that ends."""
    shown = say(text, limit)
    return shown if shown.endswith((".", "?", "…", "\u2069")) else f"{shown}."


def deny_words(user: User) -> str:
    """What an emergency deny does, as plain text: the same in the confirm dialog and in the modal."""
    return (
        f"AWS will refuse everything {plain(best_name(user), 50)} does in AWS accounts, in open sessions too. The "
        "alert will say account by account whether it works. It does not reach applications. Nobody else is affected. "
        "Lift deny undoes it."
    )


def lift_words(user: User) -> str:
    """What lifting does, as plain text."""
    return (
        f"Sessions {plain(best_name(user), 60)} still has open, and any access left, work again. "
        f"AWS advises keeping a deny for at least {lasting(LONGEST_SESSION)}."
    )


def left_open(view: ActionView) -> tuple[Grant, ...]:
    """What the read afterwards still found and somebody could use."""
    return tuple(grant for grant in view.left if grant.usable)


def still_left(view: ActionView) -> str:
    """How much that is: nothing left, 1 way in left."""
    count = len(left_open(view))
    return f"{plural(count, 'way')} in left" if count else "nothing left"


_TROUBLES = {
    Trouble.SILENT: "it does not answer",
    Trouble.THROTTLED: "it takes no more requests for now",
    Trouble.BROKEN: "it answers with internal errors",
    Trouble.STRANGER: "a proxy or firewall answers in its place",
    Trouble.CREDENTIALS: "leaverbot's AWS credentials cannot be fetched",
    Trouble.BUSY: "it is busy with an earlier change",
}


def waits(wait: Wait) -> str:
    """What an action waits for, since when, and until when it is tried."""
    if wait.trouble is Trouble.SLACK:
        return f"waiting since {when(wait.since)} for Slack to confirm that whoever asked may still do this"
    why = f" ({_TROUBLES[wait.trouble]})" if wait.trouble else ""
    return f"waiting for AWS since {when(wait.since)}{why}, trying until {when(wait.until)}"
