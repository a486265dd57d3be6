"""What Slack shows of a kind of action, as it is for most kinds. A kind's own file has what is different."""

from collections.abc import Iterable

from bot.core.actions import LEAVERBOT, Action, ActionState
from bot.core.kinds import Control, Kind
from bot.core.models import User
from bot.core.views import CaseView, DialogView, PersonView
from bot.slack.blocks import Block
from bot.slack.wording import denies, names, operations
from bot.slack.wording.text import clean, mention, plural, say, took, when

HOW_IT_ENDED = {
    ActionState.QUEUED: "is waiting",
    ActionState.RUNNING: "is under way",
    ActionState.DONE: "is done",
    ActionState.INCOMPLETE: "is not complete",
    ActionState.REFUSED: "was refused",
    ActionState.FAILED: "failed",
}


class ButtonPresenter:
    """What a button of a case says, and the dialog that it opens. `label`: of the button, and the dialog's title.

    `style`: Slack's `primary` or `danger`, "" for neither; an alert has one `danger` button at most. `in_menu`: it
    stands in the menu after the buttons. `at_once`: a press acts, and no dialog opens. `help`: its line in
    `/leavers help` and in the help of the terminal.
    """

    control: Control
    label: str
    style = ""
    in_menu = False
    at_once = False
    help = ""

    def button(self, view: CaseView) -> str:  # noqa: ARG002 - some labels depend on the case
        """The label as it fits this case."""
        return self.label

    def confirm(self, view: CaseView) -> Block | None:  # noqa: ARG002 - as above
        """What Slack asks before the press counts."""
        return None

    def dialog(self, view: DialogView, user: User) -> list[Block]:
        """What the dialog shows once everything is read."""
        raise NotImplementedError

    def submit(self, view: DialogView) -> str:  # noqa: ARG002 - some dialogs find nothing to do
        """The label of the dialog's button that acts; "" for none."""
        return ""


class ActionPresenter(ButtonPresenter):
    """How an action of this kind is asked for, and what is shown of it while it works and afterwards.

    `done`: the title of its report, with {who}. `ends_with`: the last line of the
    report of one that is done. As a step of another action it is `doing` while it works, `did` when it is done, and
    `partly` when it is known to be done in part only. `by_rule`: what a rule that does it "will" do, with {who};
    `by_rule_means`: a sentence or two about what that means.
    """

    control: Kind
    done: str
    ends_with = ""
    doing = ""
    did = ""
    partly = ""
    by_rule = ""
    by_rule_means = ""

    @property
    def noun(self) -> str:
        """As in "Emergency deny by @alice was refused"."""
        return self.label

    @property
    def about_id(self) -> str:
        """What Slack calls a button that is about a user or a permission set, and no case."""
        return f"user_{self.control.name}"

    def submit(self, view: DialogView) -> str:  # noqa: ARG002 - as above
        return self.label

    def fits(self, person: PersonView) -> bool:  # noqa: ARG002 - as above
        """Whether `/leavers show` offers its command for this person."""
        return False

    def progress(self, action: Action, management: str | None) -> str:
        """How far one is that is under way: 5 of 7 done."""
        if action.state is ActionState.QUEUED or not action.outcomes:
            return "reading AWS first"
        placed = "" if action.dry_run else denies.by_place(action.outcomes, management)
        return placed or f"{action.done} of {len(action.outcomes)} done"

    def result(self, view: CaseView, action: Action) -> str:
        """How one ended, in the alert; "" where title and deny line say it."""
        at, who = when(action.verified_at or action.finished_at or action.asked_at), mention(action.by)
        why = f" {say(action.message, 600)}" if clean(action.message) else ""
        if action.state is ActionState.REFUSED:
            return f"{self.noun} by {who} was refused, {at}.{why}"
        if action.state is ActionState.FAILED:
            return "\n".join([f"{self.noun} by {who} failed, {at}.{why}", *self.missed(view, action)])
        if action.dry_run:
            return f"{self.noun} by {who}, {at}.{why or ' Dry run: nothing was sent to AWS.'}"
        return self.came_out(view, action, at, why)

    def came_out(self, view: CaseView, action: Action, at: str, why: str) -> str:  # noqa: ARG002 - as above
        """How one ended that was carried out, at least in part."""
        return f"{self.noun} by {mention(action.by)}, {at}.{why}" if why else ""

    def missed(self, view: CaseView, action: Action) -> list[str]:  # noqa: ARG002 - as above
        """What it did not do, and what tries it again."""
        return []

    def title(self, action: Action) -> str:
        """The first line of its report."""
        who = names.user_label(action.user)
        if action.state is ActionState.DONE and not action.dry_run:
            return self.done.replace("{who}", who)
        dry = "Dry run: " if action.dry_run else ""
        about = " for " if action.kind.on_user else " "
        return f"{dry}{self.noun}{about}{who} {HOW_IT_ENDED[action.state]}"

    def brief(self, action: Action) -> list[str]:
        """The lines of its report in the thread below the title, two at most: what came of it, and what follows."""
        why = [say(action.message, 500)] if clean(action.message) else []
        return [" ".join([by_whom(action, self.did_what(action)), *why]), self.follows(action)]

    def did_what(self, action: Action) -> str:
        """What AWS carried out, in a few words; "" where the title says it."""
        return operations.tally(action.outcomes) if action.outcomes and action.state is not ActionState.DONE else ""

    def follows(self, action: Action) -> str:
        """What a reader has to know, or to do next."""
        return "" if action.dry_run else " ".join(self.after(action))

    def so_far(self, action: Action) -> str:  # noqa: ARG002 - as above
        """Its report's line above those of the operations; "" for none."""
        return ""

    def after(self, action: Action) -> Iterable[str]:
        """The lines of its report after those of the operations."""
        return [self.ends_with] if self.ends_with and action.state is ActionState.DONE else []

    def sure(self, action: Action) -> bool:
        """Whether one that is not complete is known to be done in part, and not just not known to be done."""
        return bool(self.partly) and bool(operations.left_open(action))


def by_whom(action: Action, did: str) -> str:
    """By @alice in 38 s: 5 assignments removed. With the reason that was given, and what a dry run is."""
    who = "leaverbot itself" if action.by == LEAVERBOT else mention(action.by)
    lasted = f" in {took((action.finished_at - action.asked_at).total_seconds())}" if action.finished_at else ""
    if action.dry_run:
        did = f"{plural(len(action.outcomes), 'change')} planned, nothing was sent to AWS"
    texts = [
        f"By {who}{lasted}{f': {did}' if did else ''}.",
        "They were not disabled." if action.not_disabled else "",
        denies.reason_line(action.reason),
    ]
    return " ".join(text for text in texts if text)


_BUTTONS: dict[Control, ButtonPresenter] = {}
_ACTIONS: dict[Kind, ActionPresenter] = {}


def register(presenter: ButtonPresenter) -> None:
    """Make known how a kind, a note or a look is shown."""
    _BUTTONS[presenter.control] = presenter
    if isinstance(presenter, ActionPresenter):
        _ACTIONS[presenter.control] = presenter


def button_of(control: Control) -> ButtonPresenter:
    return _BUTTONS[control]


def presenter_of(kind: Kind) -> ActionPresenter:
    return _ACTIONS[kind]
