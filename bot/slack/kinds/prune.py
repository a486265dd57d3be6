"""Delete permission set: one that is not assigned to anybody. It is about no user."""

from bot.core.kinds import PRUNE
from bot.core.models import PermissionSet, User
from bot.core.views import DialogView
from bot.slack.blocks import Block, section
from bot.slack.dialogs.parts import DRY_RUN, refused
from bot.slack.kinds.presenter import ActionPresenter
from bot.slack.wording.text import clean, code, name, say, when
from bot.slack.wording.ways_in import last_part

GONE_FOR_GOOD = (
    "*This cannot be undone.* The permission set is gone with all its policies; a new one gets a new ARN. "
    "Accounts and people are not touched."
)
ASKED_AGAIN = "leaverbot checks again before it deletes anything. What is assigned by then stays."


class Prune(ActionPresenter):
    control = PRUNE
    label = "Delete permission set"
    help = "delete a permission set that is not assigned to anybody"
    style = "danger"
    done = "Permission set {who} was deleted"
    ends_with = "This cannot be undone: a new one gets a new ARN. Accounts and people were not touched."
    about_id = "set_delete"

    def dialog(self, view: DialogView, user: User) -> list[Block]:  # noqa: ARG002 - as all kinds
        found = view.permission_set
        if found is None:
            return [section(refused(view))]
        texts = [
            f"*{permission_set_label(found.permission_set, 100)}*\n{code(found.permission_set.arn, 300)}",
            DRY_RUN if view.dry_run else "",
            say(view.message) if clean(view.message) else "",
            f"Not assigned to anybody since at least {when(found.since)}.",
            GONE_FOR_GOOD,
            ASKED_AGAIN,
        ]
        return [section(text) for text in texts if text]

    def submit(self, view: DialogView) -> str:
        return "Delete" if view.permission_set else ""


def permission_set_label(permission_set: PermissionSet, limit: int = 60) -> str:
    """Its name, the id of one whose name could not be read."""
    if clean(permission_set.name):
        return name(permission_set.name, limit)
    return code(last_part(permission_set.arn) or permission_set.arn, limit)
