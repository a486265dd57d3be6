"""Emergency denies in words: what one does, where it holds, when it ends; how far placing or lifting one is."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.core.access.sessions import lasting
from bot.core.deny.placed import AccountCover
from bot.core.models import LONGEST_SESSION, User, UserStatus
from bot.core.plans.operations import OperationKind, OperationState, Outcome
from bot.core.reasons import Code, Reason
from bot.core.views import DenyView
from bot.slack.blocks import first_that_fit, with_rest
from bot.slack.wording import operations, reasons
from bot.slack.wording.names import best_name, name_or_id
from bot.slack.wording.text import clean, code, listed, mention, name, plain, plural, say, second, when

NOT_REACHED = (
    "A deny does not reach applications, roles assumed from a session (role chaining), or IAM users and access keys "
    "that the person made. Check those yourself."
)
# Of somebody who is not disabled.
STAYS = "It stays until it is lifted. Once your directory has disabled the account, it ends as any deny does."
# As long as the longest reason with names of the usual length, so that none is cut before its point.
WHY = 300
_IN_POLICY = frozenset({OperationKind.ADD_TO_DENY, OperationKind.REMOVE_FROM_DENY})
_IN_SETS = frozenset({OperationKind.DENY_IN_SET, OperationKind.LIFT_IN_SET, OperationKind.PROVISION})
_LIFTS = frozenset({OperationKind.REMOVE_FROM_DENY, OperationKind.LIFT_IN_SET})
MOST_PLACES, PLACES_SIZE = 5, 500
MOST_FAILURES, FAILURES_SIZE = 3, 900


def cover_line(cover: AccountCover, limit: int = 60, *, would: bool = False) -> str:
    """Whether a deny holds in one account; `would`: there is none yet."""
    now = {True: "blocked", False: "*open*", None: "not known"}
    then = {True: "would be blocked", False: "*would stay open*", None: "not known"}
    state = (then if would else now)[cover.covered]
    why = f" ({say(cover.why, WHY)})" if clean(cover.why) else ""
    return f"• *{name_or_id(cover.account.name, cover.account.id, limit)}*: {state}{why}"


def cover_lines(cover: Sequence[AccountCover], limit: int = 60, *, would: bool = False) -> list[str]:
    """A line for each way in which a deny holds or does not, with the accounts where that is so: those where it holds
    for the same reason are only counted.
    """
    alike: dict[tuple[bool | None, str], list[AccountCover]] = {}
    for one in cover:
        alike.setdefault((one.covered, one.why), []).append(one)
    lines: list[str] = []
    for (covered, why), same in alike.items():
        if covered is True and len(same) > 1:
            because = f" ({say(why, WHY)})" if clean(why) else ""
            blocks = "Would block" if would else "Blocked in"
            lines.append(f"• {blocks} {len(same)} of {plural(len(cover), 'account')}{because}")
        else:
            lines += [cover_line(one, limit, would=would) for one in same]
    return lines


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
    return f"*{name_or_id(cover.account.name, cover.account.id, 40)}*{why}"


def alert_line(deny: DenyView, press: str = "") -> str:
    """The deny in force, as short as an alert needs it: since when, by whom, how far it works, when it ends. `press`:
    what can be pressed.
    """
    if deny.missing:
        what = sentence(deny.missing, 200)
        again = f"{name(best_name(deny.user), 60)} may get in again."
        return " ".join(part for part in (f"*Somebody changed the emergency deny*: {what}", again, press) if part)
    parts = [
        f"*Emergency deny* by {mention(deny.by)}, {when(deny.since)}{_works(deny.cover)}",
        "*It was placed on somebody who was not disabled.*" if deny.not_disabled else "",
        press,
        reason_line(deny.reason),
        deny_end(deny),
    ]
    return " ".join(part for part in parts if part)


def _works(cover: Sequence[AccountCover]) -> str:
    """In how many accounts it works. The alert's ways in are marked; Details say why."""
    unknown = sum(one.covered is None for one in cover)
    text = f": works in {sum(one.covered is True for one in cover)} of {plural(len(cover), 'account')}"
    return f"{text}{f', not known of {unknown:,}' if unknown else ''}." if cover else "."


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
    unmatched = reasons.sentence(Reason(Code.NAME_UNMATCHED))
    return " ".join([*([unmatched] if deny.unmatched else []), *([somebody] if deny.lent else [])])


def deny_end(deny: DenyView) -> str:
    """When the deny lifts itself, as far as that is known."""
    if deny.ends_at:
        return f"Ends {when(deny.ends_at)}."
    if deny.not_disabled and deny.user.status is not UserStatus.DISABLED:
        return STAYS
    return lifts_itself(deny.kept)


def lifts_itself(kept: timedelta) -> str:
    return f"Ends {lasting(kept).replace(' hours', ' h')} after the last access is removed."


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


def by_place(outcomes: Sequence[Outcome], management: str | None = None, *, ended: bool = False) -> str:
    """How far it is: "member accounts: denied 09:41:07 · management account: provisioning 2 of 3"; "" where nothing is.

    Provisioning is grouped by account when there is one account, else by permission set. `ended`: nothing is under
    way any more, so what was not done will not be.
    """
    done = "lifted" if any(outcome.operation.kind in _LIFTS for outcome in outcomes) else "denied"
    policy = [outcome for outcome in outcomes if outcome.operation.kind in _IN_POLICY]
    named = {"member accounts": policy} if policy else {}
    named |= _grouped([outcome for outcome in outcomes if outcome.operation.kind in _IN_SETS], management)
    texts = [f"{label}: {_state(group, done, ended=ended)}" for label, group in named.items()]
    kept = first_that_fit(texts, MOST_PLACES, PLACES_SIZE)
    more = [plural(len(texts) - len(kept), "more permission set")] if len(kept) < len(texts) else []
    return " · ".join([*kept, *more])


def failures(outcomes: Iterable[Outcome], most: int = MOST_FAILURES) -> list[str]:
    """What is not known to be done, and why, a line each; beyond a few they are counted."""
    lines = [operations.outcome_line(one, 40) for one in outcomes if one.missed]
    return with_rest(lines, most, FAILURES_SIZE, ", see the thread")


def _grouped(outcomes: Sequence[Outcome], management: str | None) -> dict[str, list[Outcome]]:
    accounts = {
        str(one.operation.args.get("account_id")): name_or_id(
            str(one.operation.shown.get("account") or ""), one.operation.args.get("account_id"), 40
        )
        for one in outcomes
        if one.operation.kind is OperationKind.PROVISION
    }
    groups: dict[str, list[Outcome]] = {}
    if len(accounts) == 1:
        ((account_id, label),) = accounts.items()
        return {"management account" if account_id == management else label: list(outcomes)}
    for outcome in outcomes:
        groups.setdefault(operations.permission_shown(outcome.operation, 40), []).append(outcome)
    return groups


def _state(outcomes: Sequence[Outcome], done: str, *, ended: bool) -> str:
    """What became of one place: denied 09:41:07, provisioning 2 of 3, 1 failed."""
    provisions = [one for one in outcomes if one.operation.kind is OperationKind.PROVISION] or list(outcomes)
    if all(one.state is OperationState.DONE for one in outcomes):
        times = [one.at for one in outcomes if one.at]
        return f"{done} {second(max(times))}" if times else done
    count = sum(one.state is OperationState.DONE for one in provisions)
    unknown = sum(one.state is OperationState.UNKNOWN for one in outcomes)
    failed = sum(one.missed for one in outcomes) - unknown
    but = (f", {failed} failed" if failed else "") + (f", {unknown} not known" if unknown else "")
    if ended or all(one.state.final for one in outcomes):
        return f"{count} of {len(provisions)} done{but}" if count or len(provisions) > 1 else f"not done{but}"
    if all(one.state is OperationState.WAITING for one in outcomes):
        return "waiting"
    if provisions[0].operation.kind is OperationKind.PROVISION:
        return f"provisioning {count} of {len(provisions)}{but}"
    return f"under way{but}"
