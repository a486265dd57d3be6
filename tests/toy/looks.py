"""How Slack shows the toy kind."""

from collections.abc import Iterable

from bot.core.actions import Action
from bot.core.models import User
from bot.core.views import DialogView
from bot.slack.blocks import Block
from bot.slack.dialogs.parts import head
from bot.slack.kinds import ActionPresenter
from tests.toy.row import WALK


class Walk(ActionPresenter):
    control = WALK
    label = "Take for a walk"
    noun = "Walk"
    done = "{who} was out for a walk"
    help = "let somebody out for a while"

    def dialog(self, view: DialogView, user: User) -> list[Block]:
        return head(view, user, "*This will* take the user around the block.")

    def after(self, action: Action) -> Iterable[str]:  # noqa: ARG002 - as all kinds
        yield "Fresh air was had."
