"""The context of a command that only reads: the store, opened read-only, and AWS.

It takes no lock, migrates nothing and knows nothing of Slack, so it may run while the bot does.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from bot.processes.connect_aws import connect_aws
from bot.processes.context import NothingStarts, make_context
from bot.services.context import Context
from bot.settings import WorkSettings
from bot.slack.connection.no_chat import NoChat
from bot.store.beside import open_to_read


@contextmanager
def reading(settings: WorkSettings) -> Iterator[Context]:
    """The context of a question. Raises NeverRan, StoreError and StoreUnavailable (see `open_to_read`)."""
    # Whatever the settings say, nothing that changes AWS is sent.
    aws = connect_aws(settings.instance_arn, dry_run=True, account_access=settings.account_access)
    with closing(open_to_read(settings.database_url)) as store:
        yield make_context(settings, aws, NoChat(), store, NothingStarts())
