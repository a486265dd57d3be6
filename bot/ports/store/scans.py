"""Scans as the inside sees them stored."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.core.actions import Asker
from bot.core.cases import Change
from bot.core.scan.coverage import Coverage, Scan, ScanRun
from bot.core.views import OrphanList


class ScanStore(Protocol):
    """Scans, of which one runs at a time."""

    def begin_scan(self, scan_id: str, trigger: str, asker: Asker | None, at: datetime) -> ScanRun:
        """A new running scan, or the running one, which `asker` joins."""
        ...

    def running_scans(self) -> list[ScanRun]: ...

    def scan(self, scan_id: str) -> ScanRun: ...

    def set_scan_workflow(self, scan_id: str, workflow_id: str, before: str) -> bool:
        """Note which workflow runs the scan; False when it is no longer `before` that does."""
        ...

    def save_scan(self, scan_id: str, scan: Scan, digest_after: int, new_id: Callable[[], str]) -> list[Change]:
        """End the scan: apply what it changes, and queue what people are told.

        A scan that ended is left alone.

        Nothing is changed for a user whom an action touched after the scan began: it read the state before.
        """
        ...

    def last_scan(self) -> Coverage | None: ...

    def newest_scans(self, count: int) -> list[Coverage]:
        """The scans that ended last, the newest first."""
        ...

    def last_complete_scan(self) -> datetime | None:
        """When the newest complete scan ended."""
        ...

    def orphans(self) -> OrphanList:
        """What the newest scan that read the leavers found of grants of deleted users."""
        ...

    def scans_since(self, since: datetime) -> list[Coverage]: ...
