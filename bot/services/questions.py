"""What the slash commands do; parsing them is Slack's room."""

import structlog

from bot.core.actions import Role
from bot.core.cases import CaseState, severity
from bot.core.errors import AwsError, ChatError
from bot.core.models import Problem
from bot.core.scan.coverage import Coverage, Scan, ScanStatus
from bot.core.scan.strategy import LastScan
from bot.core.views import CaseList, Matches, OrphanList, PersonView
from bot.ports import Asker, StoredScan
from bot.services import lookup
from bot.services.context import Parts
from bot.services.kinds.deny import names
from bot.services.kinds.deny.coverage import ACCOUNT_AGE
from bot.services.kinds.deny.expiry import check_denies
from bot.services.kinds.prune import note_walk
from bot.services.messages.case import case_view, deny_view, holds_everywhere
from bot.services.messages.channel import worst
from bot.services.scan.people import People
from bot.services.scan.progress import Progress
from bot.services.scan.scanner import Scanner

log = structlog.get_logger(__name__)


def list_open(parts: Parts) -> CaseList:
    """The open cases, worst first, from the store."""
    cases = sorted(parts.store.open_cases().values(), key=worst)
    denies = parts.store.denies()
    denied = frozenset(deny.user.id for deny in denies if holds_everywhere(deny))
    return CaseList(
        cases=tuple(cases),
        last_scan=parts.store.last_scan(),
        scanning=bool(parts.store.running_scans()),
        links={case_id: parts.chat.link(posted) for case_id, posted in parts.store.places().items()},
        denied=denied,
        to_review=sum(stored.case.state is CaseState.CLOSED for stored in parts.store.unreviewed()),
        denied_in_part=frozenset(deny.user.id for deny in denies) - denied,
    )


def list_orphans(parts: Parts) -> OrphanList:
    """Grants of users who no longer exist, from the newest scan that found any or looked for all."""
    return parts.store.orphans()


def request_scan(parts: Parts, trigger: str, asker: Asker | None = None) -> tuple[StoredScan, bool]:
    """Start a scan, or join the running one; whether it was running already."""
    scan_id = parts.new_id()
    stored = parts.store.begin_scan(scan_id, trigger, asker, parts.clock.now())
    parts.work.start_scan(stored.id)
    parts.work.wake()
    return stored, stored.id != scan_id


def run_scan(parts: Parts, scan_id: str) -> str:
    """Read AWS and save what it says; the scan's status. One that ended already is left alone."""
    if parts.store.scan(scan_id).coverage:
        return "ended"
    watched = parts.store.open_cases()
    scanner = Scanner(
        parts.directory, parts.access, parts.clock, parts.background, parts.trail, find_orphans=parts.find_orphans
    )
    holders = names.all_names(parts.store.denies())
    last = LastScan.of(parts.store.last_scan())
    scan = scanner.scan(watched, _log_progress, last=last, holders=holders)
    changes = parts.store.save_scan(scan_id, scan, parts.digest_after, parts.new_id)
    log.info("scan saved", scan=scan_id, status=str(scan.coverage.status), changes=len(changes))
    parts.work.wake()
    if scan.assigned_sets is not None:
        note_walk(parts, scan.assigned_sets)
    check_denies(parts, scan)
    return str(scan.coverage.status)


def request_unused(parts: Parts, asker: Asker, roles: frozenset[Role]) -> None:
    """Read which permission sets nobody is assigned; the answer comes later."""
    parts.work.start_unused(asker, may_delete=Role.ADMIN in roles)


def fail_scan(parts: Parts, scan_id: str, reference: str) -> None:
    """End a scan that broke for a reason nobody foresaw: it read nothing, and it is counted as failed."""
    now = parts.clock.now()
    problem = Problem("anything", f"something went wrong that we did not foresee, reference {reference}")
    started = parts.store.scan(scan_id).started_at
    coverage = Coverage(ScanStatus.FAILED, started, now, calls={}, problems=(problem,), user_list_complete=False)
    parts.store.save_scan(scan_id, Scan(coverage), parts.digest_after, parts.new_id)
    parts.work.wake()


def show(parts: Parts, asker: Asker, query: str) -> None:
    """Answer `/leavers show`: find the user, read it, show it; a case without a message of its own gets one."""
    try:
        found = lookup.find(parts.directory, query)
        answer = found if isinstance(found, Matches) else person_view(parts, found.id)
    except AwsError as error:
        parts.chat.tell(asker, f"AWS could not be read, so nothing can be said about “{query}”: {error}")
        return
    try:
        if isinstance(answer, Matches):
            parts.chat.answer_matches(asker, answer)
        else:
            parts.chat.answer_person(asker, answer)
    except ChatError as error:
        log.warning("an answer did not reach its reader", why=str(error), user=asker.user)


def person_view(parts: Parts, user_id: str) -> PersonView:
    """A user as AWS has it now, with what is stored about it. Raises AwsError."""
    user = parts.directory.user(user_id)
    people = People(parts.directory, parts.access, max_account_age=ACCOUNT_AGE)
    read = people.read_one(user, name_every_group=True)
    newest = parts.store.newest_case(user.id)
    if newest and newest.digest:
        parts.store.want_message(newest.case.id)
        parts.work.wake()
    if newest and newest.case.state is CaseState.CLOSED and read.usable:
        # New access of somebody whose case is closed: that is a new case, which the scan opens.
        request_scan(parts, "command")
        newest = None
    return PersonView(
        read=read,
        severity=newest.case.severity_of(read.grants, management_account_id=people.management_account_id)
        if newest
        else severity(read.grants, people.management_account_id),
        case=case_view(parts, newest.case) if newest else None,
        deny=deny_view(parts, parts.store.deny(user.id)),
        protected=parts.rules.is_protected(user),
        link=parts.chat.link(newest.posted) if newest and newest.posted else "",
        management_account_id=people.management_account_id,
        name_denied=holder.user if (holder := names.holds_name_of(parts, user)) else None,
    )


def _log_progress(progress: Progress) -> None:
    log.debug("scan goes on", phase=str(progress.phase), done=progress.done, leavers=progress.leavers)
