"""Emergency deny: AWS refuses everything a user does. Lifting one shares much of this."""

from collections.abc import Iterable
from dataclasses import replace

from bot.core.actions import Action, ActionState
from bot.core.cases import CloseReason
from bot.core.deny.statements import by_name
from bot.core.kinds import DENY, LIFT
from bot.core.models import User, UserStatus
from bot.core.plans.operations import OperationState
from bot.core.reasons import Code, Reason
from bot.core.views import CaseView, DenyView, DialogView, PersonView
from bot.slack.blocks import Block, confirm, section
from bot.slack.dialogs.parts import head, notes, reason_field, widest
from bot.slack.kinds.presenter import ActionPresenter
from bot.slack.wording import denies, names
from bot.slack.wording.reasons import sentence
from bot.slack.wording.text import capital, mention, plain, say

PLACE, PUT_BACK, RETRY = "Emergency deny", "Put deny back", "Retry deny"
LIFT_IT = "Lift deny"
_ASKS = {
    PLACE: "Emergency deny for {who}?",
    PUT_BACK: "Put the deny of {who} back?",
    RETRY: "Try the deny of {who} again?",
}
NO_ACCOUNT = "As far as leaverbot knows, this user cannot get into any account now."


class ChangeOfDeny(ActionPresenter):
    """What placing a deny and lifting it have in common."""

    def came_out(self, view: CaseView, action: Action, at: str, why: str) -> str:
        missed = self.missed(view, action)
        if not missed:
            return super().came_out(view, action, at, why)
        # With a deny in force, its own line and the failures say why.
        why = "" if view.deny else why
        return "\n".join([f"{self.noun} by {mention(action.by)}, {at}: not all of it worked.{why}", *missed])

    def missed(self, view: CaseView, action: Action) -> list[str]:
        """Place by place what it did not do, why, and what tries it again; nothing when all was done."""
        if all(outcome.state is OperationState.DONE for outcome in action.outcomes):
            return []
        far = denies.by_place(action.outcomes, view.case.management_account_id, ended=True)
        tries = [f"*{self.button(view)}* tries it again."] if self.control in view.controls else []
        return [*([capital(far)] if far else []), *denies.failures(action.outcomes), *tries]

    def so_far(self, action: Action) -> str:
        placed = denies.by_place(action.outcomes, ended=action.state.final)
        return f"{capital(placed)}." if placed else ""


class Deny(ChangeOfDeny):
    control = DENY
    label = PLACE
    at_once = True
    done = "Emergency deny for {who} is in force"
    help = "emergency deny: stop open sessions too. Admins may deny somebody who is not disabled"
    doing = "denying"
    did = "denied"
    partly = "not everywhere"
    by_rule = "place an emergency deny on {who}"
    by_rule_means = (
        "It stops open and new sessions in AWS accounts, as *Emergency deny* does. leaverbot lifts it by itself if the "
        "user is enabled again."
    )

    def button(self, view: CaseView) -> str:
        return meaning(view.deny)

    def confirm(self, view: CaseView) -> Block | None:
        user, label = view.case.user, self.button(view)
        title = _ASKS[label].replace("{who}", plain(names.best_name(user), 40))
        return confirm(title, denies.deny_words(user), label, "danger")

    def submit(self, view: DialogView) -> str:
        return meaning(view.deny)

    def fits(self, person: PersonView) -> bool:
        disabled = person.read.user.status is UserStatus.DISABLED
        return bool(person.deny.missing) if person.deny else disabled

    def dialog(self, view: DialogView, user: User) -> list[Block]:
        known = view.deny
        disabled = user.status is UserStatus.DISABLED
        ends = denies.lifts_itself(view.deny_kept) if disabled and view.deny_kept else "" if disabled else denies.STAYS
        ends = "" if known else ends
        texts = [say(denies.deny_words(user)), ends, denies.deny_line(known) if known else ""]
        above = [*_not_disabled(user), *head(view, user, *texts)]
        below = [section(text) for text in (notes(view), denies.NOT_REACHED) if text]
        field = reason_field(needed=view.needs_reason)
        if not view.cover:
            return [*above, section(f"{NO_ACCOUNT} The deny is placed wherever possible."), *below, field]
        return widest(
            [*above, section(denies.cover_summary(view.cover, most=2, would=known is None))],
            lambda limit: denies.cover_lines(view.cover, limit, would=known is None),
            [*below, field],
        )

    def came_out(self, view: CaseView, action: Action, at: str, why: str) -> str:
        return "" if view.deny and not self.missed(view, action) else super().came_out(view, action, at, why)

    def title(self, action: Action) -> str:
        if action.state is not ActionState.INCOMPLETE:
            return super().title(action)
        who = names.user_label(action.user)
        known = f"Emergency deny for {who} {_how_far(action)}"
        return known if placed(action) else f"It is not known whether {who} is denied"

    def did_what(self, action: Action) -> str:
        where = denies.cover_summary(action.cover, most=2).removesuffix(".")
        return f"{where[0].lower()}{where[1:]}" if where else super().did_what(action)

    def brief(self, action: Action) -> list[str]:
        """Where it does not hold, and why, stands with the accounts; the message would say it again."""
        return super().brief(replace(action, message="") if action.cover else action)

    def follows(self, action: Action) -> str:
        if action.dry_run or action.state not in {ActionState.DONE, ActionState.INCOMPLETE}:
            return ""
        if any(outcome.missed for outcome in action.outcomes):
            return "To retry what did not work: *Retry deny* in the alert, or `/leavers deny`."
        if action.not_disabled:
            return denies.STAYS
        ends = f" {denies.lifts_itself(action.deny_kept)}" if action.deny_kept else ""
        return f"It does not remove access: Revoke access does.{ends}"

    def after(self, action: Action) -> Iterable[str]:
        if action.cover:
            yield "Account by account:"
            yield from denies.cover_lines(action.cover)
        if not by_name(action.user.user_name):
            yield sentence(Reason(Code.NAME_UNMATCHED))
        if action.state not in {ActionState.DONE, ActionState.INCOMPLETE}:
            return
        if any(outcome.missed for outcome in action.outcomes):
            yield "To retry what did not work: *Retry deny* in the alert, or `/leavers deny`."
        if not action.not_disabled:
            yield "Next: Revoke access, if you have not done so yet. A deny does not remove assignments."
        yield denies.NOT_REACHED
        if action.not_disabled:
            yield denies.STAYS
        elif action.deny_kept:
            yield denies.lifts_itself(action.deny_kept)

    def sure(self, action: Action) -> bool:
        return bool(action.cover)


def meaning(deny: DenyView | None) -> str:
    """What denying means now: place it, put back what somebody took out, or try again what did not work."""
    if deny is None:
        return PLACE
    return PUT_BACK if deny.missing else RETRY


def press(view: CaseView) -> str:
    """What to press about a deny that somebody changed, or whose user was enabled again; "" for no such button."""
    if view.deny and not view.deny.missing:
        enabled = view.case.closed_reason is CloseReason.ENABLED and LIFT in view.controls
        return f"Press *{LIFT_IT}* if they should work again." if enabled else ""
    labels = ((DENY, meaning(view.deny)), (LIFT, LIFT_IT))
    offered = [f"*{label}*" for control, label in labels if control in view.controls]
    return f"Press {' or '.join(offered)}." if offered else ""


def placed(action: Action) -> bool:
    """Whether a deny is known to be in force somewhere, perhaps in part."""
    done = any(outcome.state is OperationState.DONE for outcome in action.outcomes)
    return action.state is ActionState.DONE or bool(action.cover) or done


def _how_far(action: Action) -> str:
    """How far a deny holds that is not known to hold in every account."""
    held = {one.covered for one in action.cover}
    if held == {False}:
        return "is in place, but holds nowhere"
    return "is in force, but not everywhere" if False in held else "is in force, but may not hold everywhere"


def _not_disabled(user: User) -> list[Block]:
    """The warning at the top when the user, as far as AWS says, still works here."""
    who = names.user_label(user, 100)
    if user.status is UserStatus.DISABLED:
        return []
    if user.status is UserStatus.ENABLED:
        fact, blocks = f"{who} is not disabled.", "This blocks somebody who works here"
    else:
        fact, blocks = f"AWS does not say whether {who} is disabled.", "This may block somebody who works here"
    why = "It is meant for an account in the wrong hands: a stolen laptop, a leaked session."
    told = "Give a reason: everybody will see it, and who pressed."
    return [section(f"*{fact}* {blocks}: AWS refuses everything they do until the deny is lifted. {why} {told}")]
