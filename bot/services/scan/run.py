"""A scan of the running bot: asked for, carried out, saved; what follows from it."""

import structlog

from bot.core.access.person_read import Problem
from bot.core.actions import Asker
from bot.core.scan.coverage import Coverage, Scan, ScanRun, ScanStatus
from bot.core.scan.strategy import LastScan
from bot.core.scan.wording import Unread, Why
from bot.services.context import Context
from bot.services.directory.provisioning import check_directory
from bot.services.directory.source import look_after_scan
from bot.services.kinds.deny import user_names
from bot.services.kinds.deny.expiry import check_denies
from bot.services.permission_sets import note_walk
from bot.services.rules.brake import ask_again
from bot.services.rules.carry import try_rules
from bot.services.rules.holds import look_at_rules
from bot.services.scan.scanner import Scanner

log = structlog.get_logger(__name__)


def request_scan(context: Context, trigger: str, asker: Asker | None = None) -> tuple[ScanRun, bool]:
    """Start a scan, or join the running one; whether it was running already."""
    scan_id = context.new_id()
    stored = context.store.begin_scan(scan_id, trigger, asker, context.clock.now())
    context.work.start_scan(stored.id)
    context.work.wake()
    return stored, stored.id != scan_id


def run_scan(context: Context, scan_id: str) -> str:
    """Scan AWS and save the result; the scan's status. A scan that has already ended is left alone."""
    if context.store.scan(scan_id).coverage:
        return "ended"
    watched = {*context.store.open_cases(), *context.store.disabled_users()}
    scanner = Scanner(
        context.directory,
        context.access,
        context.clock,
        context.background,
        context.trail,
        find_orphans=context.find_orphans,
    )
    holders = user_names.all_names(context.store.denies())
    last = LastScan.of(context.store.last_scan())
    scan = scanner.scan(watched, context.scan_progress, last=last, holders=holders)
    limits = context.auto_rules.brake
    changes = context.store.save_scan(scan_id, scan, context.digest_after, context.new_id, brake=limits)
    look_at_rules(context, scan.coverage)
    ask_again(context)
    log.info("scan saved", scan=scan_id, status=str(scan.coverage.status), changes=len(changes))
    context.work.wake()
    if scan.assigned_sets is not None:
        note_walk(context, scan.assigned_sets)
    check_denies(context, scan)
    check_directory(context, scan.origins)
    # Last: however slow the other directory is, nothing of the scan waits for it. Rules wait for what it says.
    look_after_scan(context, scan)
    try_rules(context)
    return str(scan.coverage.status)


def fail_scan(context: Context, scan_id: str, reference: str) -> None:
    """End a scan after an error that nobody foresaw: it counts as failed, and nothing was read."""
    now = context.clock.now()
    problem = Problem(Unread.ANYTHING, Why.UNFORESEEN.format(reference))
    started = context.store.scan(scan_id).started_at
    coverage = Coverage(ScanStatus.FAILED, started, now, calls={}, problems=(problem,), user_list_complete=False)
    context.store.save_scan(scan_id, Scan(coverage), context.digest_after, context.new_id)
    context.work.wake()
