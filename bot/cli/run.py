"""`leaverbot run`."""

import threading

import structlog

from bot.cli.exits import COMPLETE, NOT_COMPLETE, WRONG_USE, complain, leave_now
from bot.cli.stopping import end_soon, when_asked_to_stop
from bot.core.errors import LockLost, SettingsError
from bot.logs import set_up_logging
from bot.settings import Settings

log = structlog.get_logger(__name__)


def run_bot() -> None:
    """Run the bot: scan on a schedule, alert in Slack, act on buttons, commands and, if you set any, rules.

    Settings come from the environment and from `.env`; the README lists them all. If Slack, AWS or the database cannot
    be reached at the start, the bot tries again until it answers; `/readyz` says what is missing. Stop it with SIGTERM
    or Ctrl-C: it finishes the work under way, or the next start continues it.

    Exit codes: 0 stopped, 1 you have to change something (it lists everything: settings, tokens, the channel,
    credentials, rights, the deny policies, another leaverbot on the same database), 3 an unforeseen error, or the
    database lock was lost.

    Example: `SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… LEAVERBOT_CHANNEL=C0123456789 leaverbot run`
    """
    # Slack, the database and the engine are half of the memory, and of no use to `scan`.
    from bot.app import run  # noqa: PLC0415 - see above
    from bot.processes.database_lock import Held  # noqa: PLC0415 - see above

    stop = threading.Event()

    def ask_to_stop() -> None:
        stop.set()
        end_soon(COMPLETE)

    when_asked_to_stop(ask_to_stop)
    try:
        settings = Settings.load()
        set_up_logging(settings.log_format)
        for problem in settings.doubts():
            log.warning(problem)
        run(settings, stop, lambda _error: end_soon(NOT_COMPLETE))
    except (SettingsError, Held) as error:
        complain(str(error))
        leave_now(WRONG_USE)
    except LockLost as error:
        complain(str(error))
        leave_now(NOT_COMPLETE)
    leave_now(COMPLETE)
