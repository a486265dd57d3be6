"""What a command that only reads is given: the store opened to read, and AWS. It takes no lock, migrates nothing and
knows nothing of Slack, so it may run beside the bot.
"""

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NoReturn

from bot.aws.requests.client import background
from bot.aws.requests.waits import Waits
from bot.clock import SystemClock
from bot.core.errors import LeaverbotError
from bot.core.kinds import DETAILS
from bot.processes.connect_aws import connect_aws
from bot.services import details
from bot.services.context import Context
from bot.services.kinds import SERVICES
from bot.settings import WorkSettings
from bot.slack.connection.no_chat import NoChat
from bot.slack.wording.reasons import sentence
from bot.store.read_only import open_to_read


class NothingStarts:
    """Implements `ports.Work`: a command that only reads starts nothing."""

    def _refuse(self, *_given: object, **_named: object) -> NoReturn:
        raise LeaverbotError("This command only reads.")

    start_action = start_scan = start_dialog = start_show = start_unused = wake = _refuse


@contextmanager
def reading(settings: WorkSettings) -> Iterator[Context]:
    """The context of a question. Raises NeverRan, StoreError and StoreUnavailable (see `open_to_read`)."""
    clock = SystemClock()
    # Whatever the settings say, nothing that changes AWS is sent.
    aws = connect_aws(settings.instance_arn, dry_run=True, account_access=settings.account_access)
    with closing(open_to_read(settings.database_url)) as store:
        yield Context(
            directory=aws.directory,
            access=aws.access,
            deny=aws.deny,
            identity=aws.identity,
            chat=NoChat(),
            store=store,
            work=NothingStarts(),
            clock=clock,
            background=background,
            waits=Waits(clock.now),
            words=sentence,
            rules=settings.rules,
            new_id=lambda: str(uuid.uuid4()),
            kinds=SERVICES,
            looks={DETAILS: details.preview},
            scan_due=settings.scan_due,
        )
