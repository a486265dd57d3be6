"""The change of names in an emergency deny, which leaverbot makes by itself: nobody presses a button for it."""

from collections.abc import Iterable

from bot.core.actions import Action, ActionState
from bot.core.kinds import RENAME
from bot.core.plans.operations import OperationKind, OperationState
from bot.slack.kinds.presenter import ActionPresenter
from bot.slack.wording import names
from bot.slack.wording.text import listed, name


class Rename(ActionPresenter):
    control = RENAME
    label = "Change of names in the emergency deny"

    def title(self, action: Action) -> str:
        if action.state is not ActionState.DONE or action.dry_run:
            return super().title(action)
        who = names.user_label(action.user)
        released = [one for one in action.outcomes if one.operation.kind is OperationKind.RELEASE_NAME]
        shown = [one.operation.shown for one in released]
        holders = {str(one.get("holder_id")): str(one.get("holder")) for one in shown}
        if not holders:
            return f"The emergency deny of {who} now matches the new name, too"
        have = "now has the user name" if len(holders) == 1 else "now have the user names"
        named = listed([name(holder) for holder in holders.values()])
        return f"{named} {have} that the emergency deny of {who} matched; the deny leaves them alone now"

    def after(self, action: Action) -> Iterable[str]:
        released = [one for one in action.outcomes if one.operation.kind is OperationKind.RELEASE_NAME]
        if any(one.state is OperationState.DONE for one in released):
            who = names.user_label(action.user)
            yield f"{who} stays denied. Open sessions of {who} under that name are blocked by the user id alone."
        if any(one.state is not OperationState.DONE for one in released):
            yield (
                "*The deny may still block the wrong person.* The next scan tries again; *Lift deny* ends it at once."
            )
