"""The judge: reads what happened and says in a sentence what was wrong. It knows the truth and none of the bot's code
that decides; how long rules wait is read from the settings.

It is lenient where the bot cannot know better: a clock that is off by less than AWS notices moves every time by as much.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.access.severity import Severity
from bot.core.rules.rules import AutoRules, Rule
from tests.months.clock import MOST_OFF
from tests.months.history import (
    Announced,
    Asked,
    Began,
    Clocked,
    History,
    Looked,
    LookedThere,
    Pressed,
    Saved,
    Truth,
    Wrote,
)

MINUTE, HOUR, DAY, UNSEEN = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(hours=25)

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Leaver:
    """What the bot could know of somebody: from the reads that were saved on this database."""

    seen: str = ""  # "disabled", "enabled" or "gone" in the newest read
    complete: bool = False
    read_at: datetime | None = None
    first: datetime | None = None  # when a read first showed them disabled, with no enabled read since
    counts: datetime | None = None  # from when rules count, at the earliest
    turned: datetime | None = None  # when they turned disabled, for the brake
    severity: str = ""
    off: bool = False  # truly disabled
    incident: bool = False  # access was used meanwhile
    shown: str | None = ""  # the status that AWS showed last, to whoever asked
    there: str = ""  # what the directory behind said last
    stopped: bool = False
    held: bool = False
    released: bool = False  # let through by an admin who released the brake
    # Kind: the announcements of a rule that stand in Slack, and since when.
    stands: dict[str, dict[str, datetime]] = field(default_factory=dict)
    # Kind: the rule's actions that changed something, and when each first did.
    acted: dict[str, dict[str, datetime]] = field(default_factory=dict)
    # Taken away: what, and when; until it is granted again.
    taken: dict[str, datetime] = field(default_factory=dict)
    denied_by: str = ""
    denied_at: datetime | None = None
    denied_here: bool = False  # on this database
    lifted_at: datetime | None = None
    freed: bool = False  # a person lifted the last deny: no rule denies anew
    enabled_reads: list[datetime] = field(default_factory=list)


@dataclass
class Judge:
    """`wrong`: the sentences so far."""

    wrong: list[str] = field(default_factory=list)
    people: dict[str, Leaver] = field(default_factory=dict)
    settings: Began | None = None
    # The settings under which a scan with a complete list of users last looked whom the rules would act on.
    looked_under: Began | None = None
    watched: bool = False
    users: int = 0
    braked: set[str] = field(default_factory=set)
    changed: list[tuple[datetime, str, str]] = field(default_factory=list)
    hour_began: datetime = LONG_AGO
    # So far off that AWS refuses everything: what is asked for then comes to nothing.
    wrong_clock: bool = False
    drift: timedelta = timedelta(0)
    offs: list[timedelta] = field(default_factory=lambda: [timedelta(0)])

    def read(self, history: History) -> list[str]:
        for entry in history:
            if read := _READ.get(type(entry.event)):
                read(self, entry.at, entry.event)
        return self.wrong

    def of(self, user: str) -> Leaver:
        return self.people.setdefault(user, Leaver())

    # What happened

    def began(self, _at: datetime, event: Began) -> None:
        if self.settings is None or event.database != self.settings.database:
            self._new_database()
        self.settings = event

    def saved(self, at: datetime, event: Saved) -> None:
        for user, complete in event.people.items():
            self._seen_disabled(at, user, complete, event.severities.get(user, ""))
        for user, how in event.others.items():
            if how in {"enabled", "gone"}:
                self._seen_otherwise(user, how)
        if event.users:
            self.users = event.users
        self._brake(at, whole=bool(event.users))
        if event.users:
            self._hold(event)
            self.watched = True

    def clocked(self, _at: datetime, event: Clocked) -> None:
        self.wrong_clock = abs(event.off) > MOST_OFF
        if abs(event.off) <= MOST_OFF:
            self.offs.append(event.off)
            self.drift = max(self.offs) - min(self.offs)

    def announced(self, at: datetime, event: Announced) -> None:
        leaver = self.of(event.user)
        standing = leaver.stands.setdefault(event.kind, {})
        if event.stands and event.ts not in standing:
            self._early(at, event, leaver)
        if event.stands:
            standing.setdefault(event.ts, at)
        else:
            standing.pop(event.ts, None)

    def _early(self, at: datetime, event: Announced, leaver: Leaver) -> None:
        """Nothing is announced sooner than it has to stand; a rule that was changed since was announced by its time."""
        rules = self.settings.rules.rules if self.settings else ()
        after = next((_after(rule, leaver) for rule in rules if str(rule.kind) == event.kind), None)
        if after is None or leaver.counts is None:
            return
        if at < leaver.counts + after - min(max(after, MINUTE), DAY) - self.drift:
            self.wrong.append(f"{at:%m-%d %H:%M:%S} a {event.kind} of {event.user} was announced too early")

    def pressed(self, at: datetime, event: Pressed) -> None:
        if event.what in {"stop", "let_run"}:
            self.of(event.user).stopped = event.what == "stop"
        elif event.what == "accept":
            self.of(event.user).held = False
        elif event.what == "release":
            for user in self.braked:
                self.people[user].released = True
            self.braked.clear()
        elif event.what == "go_on":
            self.hour_began = at

    def truth(self, at: datetime, event: Truth) -> None:
        leaver = self.of(event.user)
        if event.what == "granted":
            leaver.taken.clear()
            if leaver.counts:
                leaver.counts = at
        if event.what in {"enabled", "disabled"}:
            leaver.off, leaver.incident = event.what == "disabled", False
        if event.what == "used" and leaver.off:
            leaver.incident = True

    def looked_there(self, _at: datetime, event: LookedThere) -> None:
        self.of(event.user).there = event.answer

    def looked(self, at: datetime, event: Looked) -> None:
        leaver = self.of(event.user)
        leaver.shown = event.status
        if event.status == "ENABLED":
            leaver.enabled_reads.append(at)
        else:
            leaver.enabled_reads.clear()

    def asked(self, at: datetime, event: Asked) -> None:
        leaver = self.of(event.user)
        for sentence in self._by_rule(at, event, leaver):
            self._say(at, event, sentence)
        if event.kind == "deny" and event.denied:
            self._say(at, event, "denied already")

    def wrote(self, at: datetime, event: Wrote) -> None:
        leaver = self.of(event.user)
        if event.operation == "lift":
            self._lifted(at, event, leaver)
        elif event.by.startswith("rule "):
            for sentence in self._by_rule(at, event, leaver):
                self._say(at, event, sentence)
        elif not event.by.startswith("U"):
            self._say(at, event, "nobody asked for it")
        self._limits(at, event)
        if event.operation == "deny":
            leaver.denied_by, leaver.denied_at, leaver.denied_here = event.by, at, True
        elif event.operation != "lift":
            self._twice(at, event, leaver)

    # What the bot could know

    def _new_database(self) -> None:
        kept = {
            user: Leaver(
                denied_by=one.denied_by, denied_at=one.denied_at, taken=one.taken, off=one.off, incident=one.incident
            )
            for user, one in self.people.items()
        }
        self.people = kept
        self.looked_under, self.watched, self.users = None, False, 0
        self.braked.clear()

    def _seen_disabled(self, at: datetime, user: str, complete: bool, severity: str) -> None:
        leaver = self.of(user)
        if leaver.seen != "disabled":
            leaver.first = leaver.counts = at
            leaver.turned = at if self.watched else None
        elif leaver.read_at and leaver.counts and at - leaver.read_at > UNSEEN + self.drift:
            leaver.counts += at - leaver.read_at
        leaver.seen, leaver.complete, leaver.read_at, leaver.severity = "disabled", complete, at, severity

    def _seen_otherwise(self, user: str, how: str) -> None:
        leaver = self.of(user)
        leaver.seen, leaver.first, leaver.counts, leaver.turned = how, None, None, None
        leaver.held = leaver.released = False

    def _brake(self, at: datetime, *, whole: bool) -> None:
        """Too many turned disabled within a day: nothing until an admin says so, or until so few are left."""
        assert self.settings
        limits = self.settings.rules.brake
        turned = {
            user
            for user, leaver in self.people.items()
            if leaver.turned and at - leaver.turned < DAY - self.drift and not leaver.released
        }
        if limits.exceeded(len(turned), self.users):
            self.braked |= turned
        left = {user for user in self.braked if self.people[user].seen == "disabled"}
        if self.braked and whole and not limits.exceeded(len(left), self.users):
            self.braked.clear()
            for user in left:
                self.people[user].held = True

    def _hold(self, event: Saved) -> None:
        """The first scan of a database, and the first after the rules were made wider."""
        assert self.settings
        settings = self.settings
        wider = self.looked_under is None or _wider(self.looked_under, settings)
        if wider and settings.rules.rules:
            many = {user for user in event.people if self._may_be_touched(user)}
            if len(many) > settings.rules.brake.count:
                for user in many:
                    self.people[user].held = True
        self.looked_under = settings

    def _may_be_touched(self, user: str) -> bool:
        return self.settings is not None and user not in self.settings.protected

    # What must not happen

    def _by_rule(self, at: datetime, event: Wrote | Asked, leaver: Leaver) -> Iterator[str]:
        assert self.settings
        settings = self.settings
        rule = next((one for one in settings.rules.rules if str(one.kind) == event.kind), None)
        if settings.dry_run and isinstance(event, Wrote):
            yield "in a dry run"
        if rule is None or settings.watch_only or event.by != f"rule {rule}":
            yield f"the rule that asked ({event.by}) is not on"
            return
        yield from self._excluded(event, leaver, settings)
        if not self.wrong_clock:
            yield from self._its_time(at, event, leaver, rule)
        if event.kind == "delete":
            known = leaver.denied_here or isinstance(event, Wrote)
            if leaver.denied_by and known:
                yield "deleted while a deny is in force"
            if event.severity:
                yield "deleted while there was a way in"

    def _excluded(self, event: Wrote | Asked, leaver: Leaver, settings: Began) -> Iterator[str]:
        reasons = {
            "protected": event.user in settings.protected,
            f"last read as {leaver.seen or 'nothing'}": leaver.seen != "disabled",
            f"AWS showed them {leaver.shown}": isinstance(event, Wrote) and leaver.shown != "DISABLED",
            "not read completely": not leaver.complete,
            "stopped": leaver.stopped,
            "held": leaver.held,
            "the bot's own identity": event.user == settings.own,
            "no deny is set up": event.kind == "deny" and not settings.deny_ready,
            "braked": bool(self.braked),
            f"{leaver.there or 'not looked for'} in Entra": settings.tenant and leaver.there != "disabled",
            "before a scan has looked at this since rules changed": self.looked_under is None
            or _wider(self.looked_under, settings),
        }
        yield from (reason for reason, so in reasons.items() if so)

    def _its_time(self, at: datetime, event: Wrote | Asked, leaver: Leaver, rule: Rule) -> Iterator[str]:
        after = _after(rule, leaver)
        if after is None:
            yield f"{rule} is not for {leaver.severity or 'no access'}"
            return
        unseen = at - leaver.read_at if leaver.read_at and at - leaver.read_at > UNSEEN + self.drift else timedelta(0)
        if leaver.counts is None or at < leaver.counts + unseen + after - self.drift:
            yield f"before its time: counted from {leaver.counts}, unseen for {unseen}"
        if leaver.first is None or at < leaver.first + MINUTE - self.drift:
            yield f"within a minute of the first read at {leaver.first}"
        stands, posted = min(max(after, MINUTE), DAY), min(leaver.stands.get(event.kind, {}).values(), default=None)
        if posted is None:
            yield "unannounced"
        elif at < posted + stands - self.drift:
            yield f"announced only at {posted}"
        for action, when in leaver.acted.setdefault(event.kind, {}).items():
            again = leaver.counts is not None and leaver.counts > when
            soon = event.kind == "deny" or at < when + DAY - self.drift
            if action != event.action and not again and soon:
                yield f"again, after {action} did so at {when}"
        leaver.acted[event.kind].setdefault(event.action, at)

    def _limits(self, at: datetime, event: Wrote) -> None:
        if event.operation == "lift" or self.settings is None:
            return
        lane = "deny" if event.operation == "deny" else "change"
        self.changed.append((at, lane, event.user))
        since = max(at - HOUR + self.drift, self.hour_began)
        people = {user for when, how, user in self.changed if how == lane and when > since}
        most = 250 if lane == "deny" else self.settings.rules.changes_per_hour
        mine = event.by.startswith("rule ")
        if len(people) > (most * 4 // 5 if mine else most):
            self._say(at, event, f"{len(people)} people changed within the hour, of {most}")

    def _twice(self, at: datetime, event: Wrote, leaver: Leaver) -> None:
        what = f"{event.operation} {event.what}"
        if what in leaver.taken:
            self._say(at, event, f"done at {leaver.taken[what]} already")
        leaver.taken[what] = at

    def _lifted(self, at: datetime, event: Wrote, leaver: Leaver) -> None:
        """By itself: a deny of a rule when two reads showed the person enabled, or one whose time is over."""
        over = leaver.denied_at is not None and at - leaver.denied_at >= 12 * HOUR - self.drift and not event.severity
        reads = leaver.enabled_reads
        twice = len(reads) > 1 and reads[-1] - reads[0] >= MINUTE - self.drift
        by_rule = leaver.denied_by.startswith("rule ")
        if not (event.by.startswith("U") or over or (by_rule and twice)):
            self._say(at, event, f"lifted; read as enabled at {[str(one) for one in reads]}")
        leaver.denied_by, leaver.denied_at, leaver.lifted_at = "", None, at
        leaver.freed = event.by.startswith("U")

    def _say(self, at: datetime, event: Wrote | Asked, sentence: str) -> None:
        self.wrong.append(f"{at:%m-%d %H:%M:%S} {_done(event)} of {event.user} by {event.by}: {sentence}")


_READ: Mapping[type, Callable[[Judge, datetime, Any], None]] = {
    Began: Judge.began,
    Saved: Judge.saved,
    Clocked: Judge.clocked,
    Announced: Judge.announced,
    Pressed: Judge.pressed,
    Truth: Judge.truth,
    Looked: Judge.looked,
    LookedThere: Judge.looked_there,
    Asked: Judge.asked,
    Wrote: Judge.wrote,
}


def _done(event: Wrote | Asked) -> str:
    return event.operation if isinstance(event, Wrote) else f"a {event.kind} was asked for:"


def _after(rule: Rule, leaver: Leaver) -> timedelta | None:
    """How long the rule waits for somebody like this."""
    if not leaver.severity and str(rule.kind) != "delete":
        return None
    severity = Severity.CRITICAL if leaver.incident and leaver.severity else Severity(leaver.severity or "normal")
    return rule.after(severity, incident=leaver.incident)


def _wider(before: Began, now: Began) -> bool:
    """Whether the rules may act on more people, or sooner, than under the settings before."""
    if now.watch_only:
        return False
    if before.watch_only or (before.dry_run and not now.dry_run):
        return bool(now.rules.rules)
    fewer_protected = bool(before.protected - now.protected)
    return fewer_protected or (before.tenant and not now.tenant) or any(_sooner(before.rules, now.rules))


def _sooner(before: AutoRules, now: AutoRules) -> Iterator[bool]:
    for rule in now.rules:
        was = before.rule(rule.kind)
        for severity in Severity:
            for incident in (False, True):
                after = rule.after(severity, incident=incident)
                known = was.after(severity, incident=incident) if was else None
                yield after is not None and (known is None or after < known)
