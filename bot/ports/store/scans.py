"""Stored scans, as services see them."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.core.actions import Asker
from bot.core.cases import Change
from bot.core.rules.brake import BrakeLimits
from bot.core.scan.coverage import Coverage, Scan, ScanRun
from bot.core.views import OrphanList


class ScanStore(Protocol):
    """Scans; one runs at a time."""

    def begin_scan(self, scan_id: str, trigger: str, asker: Asker | None, at: datetime) -> ScanRun:
        """A new running scan, or the one already running, which `asker` joins."""
        ...

    def running_scans(self) -> list[ScanRun]: ...

    def scan(self, scan_id: str) -> ScanRun: ...

    def set_scan_workflow(self, scan_id: str, workflow_id: str, before: str) -> bool:
        """Note which workflow runs the scan; False when `before` no longer does."""
        ...

    def save_scan(
        self,
        scan_id: str,
        scan: Scan,
        digest_after: int,
        new_id: Callable[[], str],
        *,
        brake: BrakeLimits | None = None,
    ) -> list[Change]:
        """End the scan: apply what it changes, and queue what people are told. A scan that has ended is left alone.

        Nothing changes for a user whom an action touched after the scan began: the scan read the state before that.
        `brake`: its limits, by which it engages, extends and ends; None leaves it as it is.
        """
        ...

    def last_scan(self) -> Coverage | None: ...

    def newest_scans(self, count: int) -> list[Coverage]:
        """The scans that ended last, newest first."""
        ...

    def newest_runs(self, count: int) -> list[ScanRun]:
        """The same scans with their ids."""
        ...

    def last_complete_scan(self) -> datetime | None:
        """When the newest complete scan ended."""
        ...

    def orphans(self) -> OrphanList:
        """The grants of deleted users that the newest scan that read the leavers found."""
        ...

    def scans_since(self, since: datetime) -> list[Coverage]: ...
