"""Lift deny: end an emergency deny."""

from bot.core.actions import LEAVERBOT, Action, ActionState
from bot.core.kinds import LIFT
from bot.core.models import User
from bot.core.views import CaseView, DialogView, PersonView
from bot.slack.blocks import Block
from bot.slack.dialogs.parts import head, reason_field
from bot.slack.kinds.deny import LIFT_IT, ChangeOfDeny
from bot.slack.wording import denies
from bot.slack.wording.text import mention, say


class Lift(ChangeOfDeny):
    control = LIFT
    label = LIFT_IT
    done = "The emergency deny of {who} was lifted"
    help = "lift the emergency deny, with a reason"
    ends_with = "Sessions that are still open, and any access left, work again. Nobody else's deny was touched."

    def follows(self, action: Action) -> str:
        missed = denies.failures(action.outcomes, most=1)
        return " ".join(line.removeprefix("• ") for line in missed) if missed else super().follows(action)

    def fits(self, person: PersonView) -> bool:
        return person.deny is not None

    def dialog(self, view: DialogView, user: User) -> list[Block]:
        texts = [say(denies.lift_words(user)), denies.deny_line(view.deny) if view.deny else ""]
        return [*head(view, user, *texts), reason_field(needed=True)]

    def came_out(self, view: CaseView, action: Action, at: str, why: str) -> str:
        if action.state is ActionState.DONE and not view.deny:
            over = ", because its time was over" if action.by == LEAVERBOT else ""
            return f"Deny lifted by {mention(action.by)}{over}, {at}."
        return super().came_out(view, action, at, why)
