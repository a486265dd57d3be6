"""`leaverbot once`: one scan and what is unfinished, to the end or until it is time to stop. The next one continues."""

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.clock import SystemClock
from bot.core.errors import LockLost, StoreError, StoreUnavailable
from bot.core.scan.coverage import Coverage, ScanStatus
from bot.ports import DenyPolicy
from bot.processes.process import Process
from bot.processes.startup import Need, first_look
from bot.services.bulk.carry import still_to_ask
from bot.services.messages.projection import due
from bot.services.messages.summary import add_summary_if_due
from bot.services.readiness import keep_placeholders
from bot.services.scan.progress import Progress, log_progress
from bot.services.scan.run import request_scan
from bot.settings import SlackSettings
from bot.slack.connection.check import SlackCheck, Workspace
from bot.store.beside import open_to_read

log = structlog.get_logger(__name__)

# If another process holds the database, that is fine as long as a complete scan ended this recently.
LATELY = timedelta(hours=1)
# How often to check whether everything is done, in seconds.
LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a run. `coverage`: of the scan, None if it did not finish. `actions`: how many are unfinished.
    `messages`: how many are not in Slack yet; `trouble`: why not, "" if only time was short. `lost`: why the lock was
    lost, "" if it was not.
    """

    coverage: Coverage | None
    actions: int = 0
    messages: int = 0
    trouble: str = ""
    lost: str = ""

    @property
    def scanned(self) -> bool:
        """Whether the scan is complete."""
        return self.coverage is not None and self.coverage.status is ScanStatus.COMPLETE

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do."""
        return self.scanned and not (self.actions or self.messages or self.lost)

    @property
    def failed(self) -> bool:
        """Whether somebody should look into it; work left for the next run alone is no reason."""
        return not self.scanned or bool(self.trouble or self.lost)


class Once:
    """One run: `run`, once. Setting `stopping` ends it early."""

    def __init__(
        self,
        settings: SlackSettings,
        stopping: threading.Event,
        scan_progress: Callable[[Progress], None] = log_progress,
    ) -> None:
        self._settings, self._stopping = settings, stopping
        self._process = Process(settings, "once", on_lost=self._lose, scan_progress=scan_progress, carries_rules=True)
        self._slack_check = SlackCheck(
            settings.slack_bot_token.get_secret_value(),
            "",
            settings.slack_api_url,
            settings.channel,
            settings.rules.groups,
            settings.rules.viewing,
        )
        self._slack = Need("Slack", lambda: self._slack_check.workspace(self._process.store))
        self._aws = Need("AWS", self._process.deny_policies)
        self._met, self._scan_id, self._summarized = False, "", False

    def run(self) -> Outcome:
        """Work until all is done or `stopping` is set.

        Raises SettingsError with everything a person must change, Held, and StoreUnavailable.
        """
        try:
            self._process.open()
            first_look((self._slack, self._aws), self._stopping)
            self._process.begin()
            while not self._stopping.wait(LOOK_SECONDS) and not self._done():
                pass
            outcome = self._outcome()
            if outcome.complete:
                self._process.engine.prune()
        except LockLost as error:
            outcome = Outcome(None, lost=str(error))
        finally:
            self._stopping.set()
            self._process.stop()
        return outcome

    def _lose(self, _error: LockLost) -> None:
        self._stopping.set()

    def _done(self) -> bool:
        """Continue what can continue now; whether nothing is left."""
        try:
            idle = self._go_on() and self._process.engine.idle
            # What became of an action, a bulk and a leave are told last. Rules may ask for the next one.
            carried = (self._carry_bulks, self._carry_leaves, self._carry_rules)
            return idle and not any(carry() for carry in carried) and not due(self._process.context)
        except StoreUnavailable as error:
            log.warning("the database does not answer; looking again", why=str(error))
            return False

    def _carry_leaves(self) -> bool:
        """Whether a scheduled leave got on."""
        return self._aws.found is not None and self._process.carry_leaves()

    def _carry_bulks(self) -> bool:
        """Whether an action on many people got on."""
        return self._aws.found is not None and self._process.carry_bulks()

    def _carry_rules(self) -> bool:
        """Whether a rule did something, after which there may be more to do."""
        return self._aws.found is not None and self._process.carry_rules()

    def _go_on(self) -> bool:
        """Whether the scan has ended and all that follows from it has been asked for."""
        if not self._met and self._slack.found:
            self._meet(self._slack.found)
        self._carry_leaves()
        self._carry_bulks()
        if not self._scan_id and self._aws.found is not None:
            self._scan(self._aws.found)
        if not self._scan_id or self._process.store.scan(self._scan_id).coverage is None:
            return False
        if not self._summarized:
            add_summary_if_due(self._process.context, self._settings.summary_due(self._process.clock.now()))
            self._summarized = True
        return True

    def _meet(self, workspace: Workspace) -> None:
        self._slack_check.remember(self._process.context, workspace)
        if self._process.slack:
            self._process.slack.url = workspace.url
        self._met = True

    def _scan(self, policies: list[DenyPolicy]) -> None:
        keep_placeholders(self._process.store, policies)
        # Before the scan, so that the scan covers the events.
        self._process.take_events(self._stopping.is_set)
        scan, _ = request_scan(self._process.context, "once")
        self._scan_id = scan.id

    def _outcome(self) -> Outcome:
        if self._process.lost:
            return Outcome(None, lost=str(self._process.lost))
        store, projector = self._process.store, self._process.projector
        coverage = store.scan(self._scan_id).coverage if self._scan_id else None
        messages = len(due(self._process.context))
        trouble = self._slack.missing or (projector.progress.trouble if projector else "")
        actions = len(store.unfinished_actions()) + still_to_ask(self._process.context)
        return Outcome(coverage, actions, messages, trouble if messages else "")


def scanned_lately(url: str) -> bool:
    """Whether a complete scan ended within the last hour, according to a database that another process holds."""
    try:
        with closing(open_to_read(url)) as store:
            ended = store.last_complete_scan()
    except StoreError:
        # The other process may be bringing it up to date.
        return False
    return ended is not None and SystemClock().now() - ended <= LATELY
