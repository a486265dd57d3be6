"""What the use cases are given: the ports, the rules, the kinds of actions, and a maker of ids."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from secrets import token_hex
from typing import Protocol

from bot.core.actions import Action, Result
from bot.core.authorization import Rules
from bot.core.cases import Case, CloseReason
from bot.core.deny.placed import PlacedDeny
from bot.core.directory.next_step import DirectoryKind
from bot.core.kinds import Kind, Look
from bot.core.leaves.leave import seal_of
from bot.core.models import User
from bot.core.plans.plan import Plan
from bot.core.rules.rules import AutoRules
from bot.core.views import DialogView
from bot.ports import (
    Access,
    Background,
    Chat,
    Clock,
    Deny,
    Directory,
    IamUsers,
    Identity,
    SourceDirectory,
    Store,
    Trail,
    Waits,
    Words,
    Work,
)
from bot.services.scan.progress import Progress, log_progress


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What decides which buttons fit a case. `deny`: the one in force; `newest`: the newest action of each kind."""

    case: Case
    rules: Rules
    deny: PlacedDeny | None
    newest: Mapping[Kind, Action]

    @property
    def enabled(self) -> bool:
        return self.case.closed_reason is CloseReason.ENABLED

    @property
    def gone(self) -> bool:
        """Whether the user is known to be deleted."""
        return self.deleted or self.case.closed_reason in {CloseReason.GONE, CloseReason.DELETED}

    @property
    def deleted(self) -> bool:
        """Whether leaverbot deleted the user."""
        return any(kind.deletes and action.carried_out for kind, action in self.newest.items())


class KindService(Protocol):
    """What is different for each kind of action; a module of `services/kinds/` for each."""

    def offered(self, facts: CaseFacts, /) -> bool:
        """Whether its button fits the case, besides what holds for every kind."""
        ...

    def preview(self, context: "Context", view: DialogView, subject: User, /) -> DialogView:
        """Its dialog, filled from a fresh read: READY with what it would do, or why not. Raises AwsError, DenyError."""
        ...

    def plan(self, context: "Context", action: Action, /) -> Plan | Result:
        """What it would do, checked and read now, or why not.

        Raises AwsError and DenyError; AwsUnavailable when a later try may work.
        """
        ...

    def step(self, context: "Context", actions: Sequence[Action], late: Collection[str], /) -> None:
        """Move these running actions on, and end those that are through with what is true then. `late`: the ids of
        those of which nothing has moved for so long that what is left is given up.
        """
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """`kinds` and `looks`: what there is behind each kind of action, and behind what is only looked at in a dialog.
    `new_id` gives ids that never repeat. `auto_rules`: what leaverbot does by itself.
    `carries_rules`: this process is one that does it; a terminal command that happens to hold the lock is not.
    `digest_after`: more new cases than this in one scan are one message.

    `source`: the directory that people are provisioned from; None: leaverbot is not set up to look there.

    `trail`: where scans look for use of access after the disabling; None for not at all. `find_orphans`: scans go
    through every account. `scan_progress` is told how far a scan is. `scan_due`: given a time, when the newest scan
    that must have ended by then was due. `directory_kind`: which company directory manages the users; None: not said.
    `iam_users`: where to look for IAM users that may be a person's; None: nowhere.
    `scim_silence`: for how long it may send nothing before people are told.

    `zone`: the time zone of times that people type without one. `seal`: makes the seal of a text, which proves later
    that a process with Slack's token stored it; "" in a process without it. `own_seal`: the same
    for this process alone.
    """

    directory: Directory
    access: Access
    deny: Deny
    identity: Identity
    chat: Chat
    store: Store
    work: Work
    clock: Clock
    background: Background
    waits: Waits
    words: Words
    rules: Rules
    new_id: Callable[[], str]
    kinds: Mapping[Kind, KindService]
    looks: Mapping[Look, Callable[["Context", DialogView, User], DialogView]]
    auto_rules: AutoRules = field(default_factory=AutoRules)
    carries_rules: bool = False
    digest_after: int = 20
    trail: Trail | None = None
    iam_users: IamUsers | None = None
    source: SourceDirectory | None = None
    find_orphans: bool = False
    scan_progress: Callable[[Progress], None] = log_progress
    directory_kind: DirectoryKind | None = None
    scim_silence: timedelta = timedelta(days=7)
    zone: tzinfo = UTC
    seal: Callable[[str], str] = lambda _text: ""
    own_seal: Callable[[str], str] = field(default_factory=lambda: partial(seal_of, secret=token_hex(32)))
    scan_due: Callable[[datetime], datetime] = lambda at: at - timedelta(minutes=30)
