"""What the use cases are given: the ports, the rules, and a maker of ids."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.authorization import Rules
from bot.ports import Access, Background, Chat, Clock, Deny, Directory, Store, Trail, Waits, Work


@dataclass(frozen=True, slots=True)
class Parts:
    """`new_id` gives ids that never repeat. `digest_after`: more new cases than this in one scan are one message.

    `trail`: where scans look for use of access after the disabling; None for not at all. `find_orphans`: scans go
    through every account. `scan_due`: given a time, when the newest scan that must have ended by then was due.
    """

    directory: Directory
    access: Access
    deny: Deny
    chat: Chat
    store: Store
    work: Work
    clock: Clock
    background: Background
    waits: Waits
    rules: Rules
    new_id: Callable[[], str]
    digest_after: int = 20
    trail: Trail | None = None
    find_orphans: bool = False
    scan_due: Callable[[datetime], datetime] = lambda at: at - timedelta(minutes=30)
