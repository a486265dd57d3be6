"""The context of the use cases, built from the real parts."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import NoReturn
from zoneinfo import ZoneInfo

from bot.aws.requests.client import background
from bot.aws.requests.waits import Waits
from bot.clock import SystemClock
from bot.core.errors import LeaverbotError
from bot.core.kinds import DETAILS
from bot.core.leaves.leave import seal_of
from bot.environment import variable
from bot.ports import Chat, SourceDirectory, Store, Work
from bot.processes.connect_aws import AwsParts
from bot.services.context import Context
from bot.services.kinds import SERVICES
from bot.services.questions import details
from bot.services.scan.progress import Progress, log_progress
from bot.settings import SlackSettings, WorkSettings
from bot.slack.wording.reasons import sentence


class NothingStarts:
    """Implements `ports.Work` for a process that only reads, or does not hold the lock: nothing starts."""

    def _refuse(self, *_given: object, **_named: object) -> NoReturn:
        raise LeaverbotError("leaverbot starts nothing while it does not hold the database lock.")

    start_action = start_scan = start_dialog = start_bulk_plan = start_show = start_unused = start_leave = _refuse

    def wake(self) -> None:
        """The process with the lock shows what changed."""


def _token(settings: WorkSettings) -> str:
    """The token of the Slack app, also for a command that needs no Slack settings; "" where none is set."""
    if isinstance(settings, SlackSettings):
        return settings.slack_bot_token.get_secret_value()
    return variable("SLACK_BOT_TOKEN").strip()


def make_context(
    settings: WorkSettings,
    aws: AwsParts,
    chat: Chat,
    store: Store,
    work: Work,
    scan_progress: Callable[[Progress], None] = log_progress,
    source: SourceDirectory | None = None,
    *,
    carries_rules: bool = False,
) -> Context:
    clock = SystemClock()
    return Context(
        directory=aws.directory,
        access=aws.access,
        deny=aws.deny,
        identity=aws.identity,
        chat=chat,
        store=store,
        work=work,
        clock=clock,
        background=background,
        waits=Waits(clock.now),
        words=sentence,
        rules=settings.rules,
        auto_rules=settings.auto_rules,
        carries_rules=carries_rules,
        new_id=lambda: str(uuid.uuid4()),
        kinds=SERVICES,
        looks={DETAILS: details.preview},
        digest_after=settings.digest_after,
        trail=aws.trail if settings.check_use else None,
        source=source,
        find_orphans=settings.find_orphans,
        iam_users=aws.iam_users if settings.iam_users else None,
        directory_kind=settings.directory,
        scim_silence=timedelta(days=settings.scim_silence_days),
        zone=ZoneInfo(settings.timezone),
        seal=partial(seal_of, secret=_token(settings)),
        scan_due=settings.scan_due,
        scan_progress=scan_progress,
    )
