"""leaverbot's health: what is wrong, then who holds the database lock, scans, events, denies, and waiting work."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.core.directory.provisioning import MOST_ISSUERS, NotCounted, Provisioning
from bot.core.directory.source_counts import CountedLooks
from bot.core.events.counts import Counted, EventCounts
from bot.core.scan.coverage import Coverage, ScanStatus
from bot.ports import Holder
from bot.services.questions.status import Status
from bot.slack import kinds
from bot.slack.blocks import Message, context, message, packed, section, with_rest
from bot.slack.messages.leaves import upcoming
from bot.slack.messages.rules.report import rules_status
from bot.slack.wording import names, operations
from bot.slack.wording.coverage import coverage_line, how_line
from bot.slack.wording.directory.directory import finding
from bot.slack.wording.directory.source import source_counts
from bot.slack.wording.rules.brake import stands_still
from bot.slack.wording.rules.limits import hour_line
from bot.slack.wording.scopes import installation_status
from bot.slack.wording.text import code, cut, exactly, listed, mention, name, plural, say, took, when
from bot.slack.wording.titles import by_severity

# Without an event for longer than this, nobody can tell that events still arrive.
ALIVE = timedelta(days=1)
MOST_CALLS, MOST_ACTIONS, MOST_POLICIES = 8, 8, 5
_ENDED = {ScanStatus.COMPLETE: "complete", ScanStatus.PARTIAL: "incomplete", ScanStatus.FAILED: "failed"}


def status_message(status: Status) -> Message:
    """Everything that is known about leaverbot itself."""
    wrong = status.wrong
    title = f"Something is wrong: {listed(list(wrong))}" if wrong else "All checks passed"
    told = [f"• *{name(check)}*: {say(why)}" for check, why in wrong.items()]
    texts = packed([f"*{title}*", *told, _well(status)])
    texts += [_at_work(status.holder), _scans(status), _events(status.events, status.at)]
    texts += [_directory(status.directory), _source(status.source), _denies(status)]
    texts += [upcoming(status.leaves), cut(rules_status(status.rules), 2500)]
    texts.append(stands_still(status.brake, status.holds) or "*Brake*: not engaged.")
    texts.append(installation_status(status.installation) if status.installation else "")
    texts.append(hour_line(status.hour) if status.hour else "")
    texts += packed(_waits(status))
    about = f"leaverbot {status.version} · {status.database}, schema {status.schema} · as of {exactly(status.at)}"
    return message(title, [*(section(text) for text in texts if text), context(about)])


def _well(status: Status) -> str:
    well = [check for check, why in status.checks.items() if not why]
    return f"{'Passed' if status.wrong else 'Checked'}: {listed(well, most=20)}." if well else ""


def _at_work(holder: Holder | None) -> str:
    if holder is None:
        return "*Database lock*: free, so no leaverbot is running."
    what = code(f"leaverbot {holder.command}") if holder.command else "a leaverbot"
    process = f", process {holder.pid}" if holder.pid else ""
    host = f" on {name(holder.host)}" if holder.host else ""
    since = f", since {when(holder.since)}" if holder.since else ""
    return f"*Database lock*: held by {what}{process}{host}{since}."


def _scans(status: Status) -> str:
    lines = []
    if status.running:
        lines.append(f"A scan has been running since {when(status.running.started_at)}.")
    if not status.scans:
        return "\n".join(["*Scans*: none has finished yet.", *lines])
    newest, *before = status.scans
    lines += [coverage_line(newest), how_line(newest), _calls(newest), _logged(newest, status.scan_ids)]
    lines.append(_before(before))
    if status.last_complete and newest.status is not ScanStatus.COMPLETE:
        lines.append(f"The last complete scan ended {when(status.last_complete)}.")
    if not status.last_complete:
        lines.append("No scan has been complete yet.")
    found = by_severity(dict(status.open_by_severity)) or "none"
    return "\n".join(["*Scans*", *(line for line in lines if line), f"Open cases: {found}."])


def _calls(scan: Coverage) -> str:
    counted = sorted((scan.calls or {}).items(), key=lambda call: (-call[1], call[0]))
    shown = [f"{operation} {count:,}" for operation, count in counted]
    return f"{plural(sum((scan.calls or {}).values()), 'call')} to AWS: {listed(shown, MOST_CALLS)}." if shown else ""


def _logged(scan: Coverage, ids: Sequence[str]) -> str:
    """The newest scan as the log has it."""
    which = f"Scan {code(ids[0])}" if ids else "Scan"
    return f"{which}: {exactly(scan.started_at)} to {exactly(scan.finished_at)}."


def _before(scans: Iterable[Coverage]) -> str:
    told = [f"{when(scan.finished_at)} {_ended(scan)}" for scan in scans]
    return f"Earlier scans: {listed(told)}." if told else ""


def _ended(scan: Coverage) -> str:
    return f"{_ENDED[scan.status]} in {took((scan.finished_at - scan.started_at).total_seconds())}"


def _events(events: EventCounts, now: datetime) -> str:
    """Events: alive, newest 3 min ago; 2 of 41 leavers were found by the scan first."""
    if events.listening_since is None:
        return "*Events*: off, because LEAVERBOT_EVENTS_QUEUE_URL is not set. Only scans find leavers."
    if events.heard_at is None:
        return f"*Events*: listening since {when(events.listening_since)}, none has arrived yet."
    state = "alive" if now - events.heard_at <= ALIVE else "quiet"
    text = f"*Events*: {state}, newest {took((now - events.heard_at).total_seconds())} ago"
    if events.leavers:
        verb = "was" if 1 in {events.found_by_scan, events.leavers} else "were"
        found = f"{events.found_by_scan:,} of {plural(events.leavers, 'leaver')} {verb} found by the scan first"
        text += f"; {found}"
    if events.late is not None:
        late = took(events.late.total_seconds())
        text += f" ({plural(events.of(Counted.LATE), 'event')} arrived later, by {late} on average)"
    if events.delay is not None:
        text += f". Events arrive {took(events.delay.total_seconds())} after they happen, on average"
    dropped = sum(events.dropped.values())
    return f"{text}. {plural(dropped, 'event')} dropped." if dropped else f"{text}."


def _directory(found: Provisioning) -> str:
    text = f"*Directory*: {say(finding(found))}"
    if isinstance(found, NotCounted) or not found.origins.issuers:
        return text
    issuers = [f"{code(issuer)} {count:,}" for issuer, count in found.origins.issuers]
    return f"{text} Users by issuer: {listed(issuers, most=MOST_ISSUERS)}."


def _source(counted: CountedLooks | None) -> str:
    return f"*Entra ID*: {source_counts(counted)}" if counted else ""


def _denies(status: Status) -> str:
    text = f"*Emergency denies* in force: {status.denies or 'none'}"
    text += f". Changed by somebody: {status.denies_changed:,}" if status.denies_changed else ""
    text += f". Not known whether in force: {status.denies_unconfirmed:,}" if status.denies_unconfirmed else ""
    policies = listed([code(policy) for policy in status.deny_policies], most=MOST_POLICIES)
    return f"{text}. Policies: {policies}." if policies else f"{text}."


def _waits(status: Status) -> list[str]:
    """What is not finished yet."""
    lines = []
    for action in status.actions:
        waits = f"; {operations.waits(action.waiting)}" if action.waiting else ""
        who = names.linked(action.user, status.links.get(action.user.id, ""))
        asked = f"asked for by {mention(action.by)}, {when(action.asked_at)}{waits} ({code(action.id)})"
        lines.append(f"• {kinds.presenter_of(action.kind).noun}: {who}, {asked}")
    shown = with_rest(lines, MOST_ACTIONS, 2500)
    counts = [
        plural(count, *words)
        for count, *words in (
            (status.messages, "message for Slack", "messages for Slack"),
            (status.wishes, "request from a terminal", "requests from terminals"),
            (status.events.waiting, "person to read again", "people to read again"),
        )
        if count
    ]
    if counts:
        shown.append(f"• {listed(counts)}")
    return ["*Waiting*", *shown] if shown else ["*Waiting*: nothing."]
