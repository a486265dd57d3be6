"""How each kind of action looks in Slack, one module per kind. The rest of slack/ looks kinds up here."""

from bot.core.kinds import GO_ON, LET_RUN, REVIEWED, STOP
from bot.slack.kinds.delete import Delete
from bot.slack.kinds.deny import Deny
from bot.slack.kinds.details import Details
from bot.slack.kinds.lift import Lift
from bot.slack.kinds.presenter import ActionPresenter, ButtonPresenter, button_of, presenter_of, register
from bot.slack.kinds.prune import Prune
from bot.slack.kinds.rename import Rename
from bot.slack.kinds.revoke import Revoke
from bot.slack.kinds.shut_out import ShutOut


class Reviewed(ButtonPresenter):
    """The note that somebody has looked into a case."""

    control = REVIEWED
    label = "Reviewed"
    help = "note that you looked into access that was used while its user was disabled"
    at_once = True


class GoOn(ButtonPresenter):
    """Begins the hour anew in which only so many people may be changed."""

    control = GO_ON
    label = "Go on now"
    help = "let what waits for the hourly limit go on now; for admins"
    at_once = True


class Stop(ButtonPresenter):
    """No rule acts on this person any more."""

    control = STOP
    label = "Stop"
    style = "primary"
    help = "stop all rules for one person, until somebody lets them run"
    at_once = True


class LetRun(ButtonPresenter):
    """Rules may act on this person again."""

    control = LET_RUN
    label = "Let it run"
    help = "let rules act on one person again"
    at_once = True


_NOTES = (Reviewed(), Stop(), LetRun(), GoOn())
for _presenter in (Revoke(), Deny(), ShutOut(), Lift(), Delete(), Prune(), Rename(), *_NOTES, Details()):
    register(_presenter)
