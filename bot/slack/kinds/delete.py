"""Delete user: for good, once no way in is left."""

from collections.abc import Iterable

from bot.core.actions import Action, ActionState
from bot.core.kinds import DELETE
from bot.core.models import User, UserStatus
from bot.core.views import CaseView, DialogView, PersonView
from bot.slack.blocks import Block
from bot.slack.dialogs.parts import head, name_field, typed_name
from bot.slack.kinds.presenter import ActionPresenter
from bot.slack.wording import denies, sessions
from bot.slack.wording.directory import directory
from bot.slack.wording.directory.source import disagree
from bot.slack.wording.text import code, mention


class Delete(ActionPresenter):
    control = DELETE
    label = "Delete user"
    style = "danger"
    in_menu = True
    done = "{who} was deleted from the directory"
    help = "delete the user for good, once nothing is left"
    doing = "deleting the user"
    did = "user deleted"
    by_rule = "delete {who} from Identity Center"
    by_rule_means = "It deletes the user, as *Delete user* does. That cannot be undone."

    def fits(self, person: PersonView) -> bool:
        return person.read.user.status is UserStatus.DISABLED and person.read.complete and not person.read.usable

    def dialog(self, view: DialogView, user: User) -> list[Block]:
        warning = (
            "*This cannot be undone.* AWS deletes the user with all its group memberships. A new user gets a new "
            "id, and all access has to be assigned again."
        )
        scim = "Synced from your directory: remove the user there too, or it may come back." if user.scim else ""
        field = name_field(user, "Type the user name to delete it")
        comes = f"{scim} {directory.next_step(view.next_step)}".strip() if view.next_step else scim
        return [*head(view, user, disagree(view.source), warning, _open_sessions(view, user), comes), field]

    def came_out(self, view: CaseView, action: Action, at: str, why: str) -> str:
        if action.state is ActionState.DONE:
            return f"Deleted by {mention(action.by)}, {at}."
        return super().came_out(view, action, at, why)

    def follows(self, action: Action) -> str:
        if action.state is not ActionState.DONE or action.dry_run:
            return ""
        synced = " Synced from your directory: remove the user there too, or it may come back."
        return f"This cannot be undone.{synced if action.user.scim else ''} Open sessions go on until they end."

    def after(self, action: Action) -> Iterable[str]:
        if action.state is not ActionState.DONE:
            return
        yield "This cannot be undone: a new user gets a new id, and every assignment has to be made again."
        yield "This did not end open sessions; the alert says how long they may last."
        if action.user.scim:
            yield "The user was synced from your directory: remove the user there too, or it may come back."


def _open_sessions(view: DialogView, user: User) -> str:
    """How long open sessions last, as in the alert, and what stops them."""
    left = (
        sessions.still_open(view.sessions_until, view.long_sessions) or f"Open sessions last {sessions.how_long(())}."
    )
    if view.deny and not view.deny.missing:
        return f"This does not end open sessions. {left} {denies.deny_line(view.deny)}"
    first = code(f"/leavers deny {typed_name(user)}")
    return f"This does not end open sessions. {left} To stop them first: Emergency deny in the alert, or {first}."
