"""A scan of the running bot: asked for, carried out, saved; what follows from it."""

import structlog

from bot.core.actions import Asker
from bot.core.models import Problem
from bot.core.scan.coverage import Coverage, Scan, ScanRun, ScanStatus
from bot.core.scan.strategy import LastScan
from bot.core.scan.wording import Unread, Why
from bot.services.context import Parts
from bot.services.kinds.deny import user_names
from bot.services.kinds.deny.expiry import check_denies
from bot.services.permission_sets import note_walk
from bot.services.scan.progress import Progress
from bot.services.scan.scanner import Scanner

log = structlog.get_logger(__name__)


def request_scan(parts: Parts, trigger: str, asker: Asker | None = None) -> tuple[ScanRun, bool]:
    """Start a scan, or join the running one; whether it was running already."""
    scan_id = parts.new_id()
    stored = parts.store.begin_scan(scan_id, trigger, asker, parts.clock.now())
    parts.work.start_scan(stored.id)
    parts.work.wake()
    return stored, stored.id != scan_id


def run_scan(parts: Parts, scan_id: str) -> str:
    """Scan AWS and save the result; the scan's status. A scan that has already ended is left alone."""
    if parts.store.scan(scan_id).coverage:
        return "ended"
    watched = parts.store.open_cases()
    scanner = Scanner(
        parts.directory, parts.access, parts.clock, parts.background, parts.trail, find_orphans=parts.find_orphans
    )
    holders = user_names.all_names(parts.store.denies())
    last = LastScan.of(parts.store.last_scan())
    scan = scanner.scan(watched, _log_progress, last=last, holders=holders)
    changes = parts.store.save_scan(scan_id, scan, parts.digest_after, parts.new_id)
    log.info("scan saved", scan=scan_id, status=str(scan.coverage.status), changes=len(changes))
    parts.work.wake()
    if scan.assigned_sets is not None:
        note_walk(parts, scan.assigned_sets)
    check_denies(parts, scan)
    return str(scan.coverage.status)


def fail_scan(parts: Parts, scan_id: str, reference: str) -> None:
    """End a scan after an error that nobody foresaw: it counts as failed, and nothing was read."""
    now = parts.clock.now()
    problem = Problem(Unread.ANYTHING, Why.UNFORESEEN.format(reference))
    started = parts.store.scan(scan_id).started_at
    coverage = Coverage(ScanStatus.FAILED, started, now, calls={}, problems=(problem,), user_list_complete=False)
    parts.store.save_scan(scan_id, Scan(coverage), parts.digest_after, parts.new_id)
    parts.work.wake()


def _log_progress(progress: Progress) -> None:
    log.debug("scan progress", phase=str(progress.phase), done=progress.done, leavers=progress.leavers)
