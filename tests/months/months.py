"""A script carried through: what it says happens to the company and to the bot, while time goes by."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.core.actions import Asker
from bot.core.errors import LeaverbotError
from bot.core.kinds import DELETE, DENY, LIFT, REVOKE, Kind, Role
from bot.core.models import User
from bot.core.rules.brake import Brake
from bot.core.rules.holds import Hold
from bot.services.actions.ask import ask
from bot.services.rules import limits, notes
from bot.services.rules.brake import release
from bot.services.rules.holds import accept, hold_view
from tests.months.aws import Killed
from tests.months.bot import ALICE, Bot, Settings
from tests.months.clock import MachineClock
from tests.months.company import Company
from tests.months.elsewhere import ANSWERS
from tests.months.history import Clocked, History, Pressed
from tests.months.script import CLOCKS, READS, WAITS, Chosen, Script, Step

ASKER = Asker(ALICE, "C1")
ROLES = frozenset({Role.ADMIN, Role.RESPONDER})
# What ends the process that is at work.
RESTARTS = frozenset({"kill", "rules_off", "protect"})
# After a scan the bot looks once more: a rule without a time of its own acts after a minute.
SOON = timedelta(seconds=61)
# For how many days everything works at the end: what failed is tried again a day later.
CALM_DAYS = 5
# As many people in an hour as there are.
PLENTY = 100


class Months:
    """`run` it once; `history` tells what happened."""

    def __init__(self, script: Script, folder: Path) -> None:
        self.script, self.clock, self.history = script, MachineClock(), History()
        self.company = Company(self.clock, self.history, script.staff)
        protected = frozenset() if script.protected is None else frozenset({self._name(script.protected)})
        self.mistaken: list[str] = []
        self.calm_since = self.clock.true
        settings = Settings(
            rules=script.chosen.rules(script.brake, script.per_hour),
            protected=protected,
            tenant=script.tenant,
            scan_every=script.scan_every,
            events=script.events,
            run_as=script.run_as,
            deny_ready=script.deny_ready,
        )
        self.bot = Bot(self.company, self.history, settings, folder)
        self._do: Mapping[str, Callable[[Step], None]] = {
            name.removeprefix("_do_"): getattr(self, name) for name in dir(self) if name.startswith("_do_")
        }

    def run(self) -> History:
        try:
            for step in self.script.steps:
                self._do[step.what](step)
            self._calm()
        finally:
            self.bot.store.close()
        assert not self.bot.chat.complaints, self.bot.chat.complaints
        assert not self.company.aws.complaints, self.company.aws.complaints
        return self.history

    def wait(self, time: timedelta) -> None:
        until = self.clock.true + time
        while (scan := self.bot.next_scan) < until and not self.bot.down:
            self._to(max(scan, self.clock.true))
            if self.clock.true + SOON < until:
                self._to(self.clock.true + SOON)
        self._to(until)

    def _to(self, time: object) -> None:
        assert isinstance(time, type(self.clock.true))
        self.clock.true = time
        self.bot.work()

    def _calm(self) -> None:
        """Everything works, and admins let rules act on everybody, until all has been done."""
        self._do_mend(Step("mend"))
        self.company.aws.meanwhile.clear()
        self.bot.elsewhere.answers.clear()
        self.calm_since = self.clock.true
        # The bot looks a few times a day here, too seldom for an hour that is soon full.
        generous = replace(self.bot.settings.rules, changes_per_hour=PLENTY)
        self.bot.start(scan_every=timedelta(days=1), rules=generous)
        self.wait(timedelta(hours=1))
        for _ in range(CALM_DAYS):
            if not (self.company.disabled() and self.bot.settings.rules.rules):
                return
            self._do_release(Step("release"))
            self._do_accept(Step("accept"))
            self.wait(timedelta(days=1))

    # The company

    def _do_hire(self, _step: Step) -> None:
        self.company.hire()

    def _do_leave(self, step: Step) -> None:
        self._disable(self._person(step.who))

    def _do_come_back(self, step: Step) -> None:
        self._enable(self._gone_wrong(step.who))

    def _do_vanish(self, step: Step) -> None:
        user = self._gone_wrong(step.who)
        self.company.remove(user)
        self.bot.hear("DeleteUser", user)

    def _do_blur(self, step: Step) -> None:
        """AWS shows no status of somebody."""
        self.company.set_status(self._gone_wrong(step.who), None)

    def _do_mistake(self, step: Step) -> None:
        """The directory disables many at once."""
        for number in range(2 + 2 * step.amount):
            user = self._person(step.who + number)
            if self.company.status(user) == "ENABLED":
                self.mistaken.append(user)
                self._disable(user)

    def _do_undo(self, step: Step) -> None:
        """Most of them are enabled again."""
        left = step.amount % 4
        for user in self.mistaken[: len(self.mistaken) - left]:
            self._enable(user)
        self.mistaken = self.mistaken[len(self.mistaken) - left :] if left else []

    def _do_give_back(self, step: Step) -> None:
        self.company.give_back(self._gone_wrong(step.who))

    def _do_use(self, step: Step) -> None:
        self.company.use(self._gone_wrong(step.who))

    # What breaks

    def _do_wait(self, step: Step) -> None:
        self.wait(WAITS[step.amount % len(WAITS)])

    def _do_aws_away(self, _step: Step) -> None:
        self.company.aws.away = True

    def _do_slack_away(self, _step: Step) -> None:
        self.bot.chat.away = True

    def _do_unreadable(self, step: Step) -> None:
        self.company.aws.unreadable.add(READS[step.amount % len(READS)])

    def _do_down(self, _step: Step) -> None:
        self.bot.down = True

    def _do_mend(self, _step: Step) -> None:
        self.company.aws.away = self.bot.chat.away = False
        self.company.aws.unreadable.clear()
        self._set_clock(timedelta(0))
        if self.bot.down:
            self.bot.down = False
            self.bot.start()

    def _do_clock(self, step: Step) -> None:
        self._set_clock(CLOCKS[step.amount % len(CLOCKS)])

    def _do_restart(self, _step: Step) -> None:
        self.bot.start()

    def _do_lose_database(self, _step: Step) -> None:
        self.bot.lose_database()

    # What the people who run the bot decide

    def _do_rules(self, step: Step) -> None:
        self.bot.start(rules=step.chosen.rules(self.script.brake, self.script.per_hour))

    def _do_rules_off(self, _step: Step) -> None:
        self.bot.start(rules=Chosen().rules(self.script.brake, self.script.per_hour))

    def _do_protect(self, step: Step) -> None:
        name = self.company.name(self._gone_wrong(step.who))
        self.bot.start(protected=self.bot.settings.protected | {name})

    def _do_unprotect(self, _step: Step) -> None:
        self.bot.start(protected=frozenset())

    def _do_tenant(self, _step: Step) -> None:
        self.bot.start(tenant=not self.bot.settings.tenant)

    def _do_dry_run(self, _step: Step) -> None:
        self.bot.start(dry_run=not self.bot.settings.dry_run)

    def _do_watch_only(self, _step: Step) -> None:
        """Nobody is named who may act, or somebody is again."""
        self.bot.start(watch_only=not self.bot.settings.watch_only)

    def _do_entra(self, step: Step) -> None:
        self.bot.elsewhere.answers[self._gone_wrong(step.who)] = list(ANSWERS)[step.amount % len(ANSWERS)]

    # What people press

    def _do_revoke(self, step: Step) -> None:
        self._ask(REVOKE, step.who)

    def _do_deny(self, step: Step) -> None:
        self._ask(DENY, step.who)

    def _do_lift(self, step: Step) -> None:
        self._ask(LIFT, step.who, reason="looked into")

    def _do_delete(self, step: Step) -> None:
        self._ask(DELETE, step.who)

    def _do_stop(self, step: Step) -> None:
        user = self._gone_wrong(step.who)
        if notes.stop(self.bot.context, self._named(user), ASKER, ROLES) is True:
            self._pressed("stop", user)

    def _do_let_run(self, step: Step) -> None:
        user = self._gone_wrong(step.who)
        if notes.let_run(self.bot.context, self._named(user), ASKER, ROLES) is True:
            self._pressed("let_run", user)

    def _do_release(self, _step: Step) -> None:
        brake = self.bot.store.brake()
        if brake:
            left = len(self.bot.store.braked(brake.id)[1])
            if isinstance(release(self.bot.context, brake.id, left, brake.version, ASKER, ROLES), Brake):
                self._pressed("release")

    def _do_accept(self, _step: Step) -> None:
        for hold in self.bot.store.holds():
            count = hold_view(self.bot.context, hold.id).count
            if isinstance(accept(self.bot.context, hold.id, count, hold.version, ASKER, ROLES), Hold):
                for user in sorted(hold.user_ids):
                    self._pressed("accept", user)

    def _do_go_on(self, _step: Step) -> None:
        if limits.go_on(self.bot.context, ASKER, ROLES) is None:
            self._pressed("go_on")

    def _pressed(self, what: str, user: str = "") -> None:
        self.history.add(self.clock.true, Pressed(what, user))

    def _do_meanwhile(self, step: Step) -> None:
        """After so many of the next changes in AWS."""

        def happen() -> None:
            if step.then != "kill":
                self._do[step.then](step)
            if step.then in RESTARTS:
                raise Killed

        self.company.aws.meanwhile = [*[lambda: None] * (step.amount - 1), happen]

    def _ask(self, kind: Kind, who: int, **more: str) -> None:
        user = self._gone_wrong(who)
        found = self.bot.store.newest_case(user)
        with suppress(LeaverbotError):
            ask(
                self.bot.context,
                kind,
                self._named(user),
                ASKER,
                ROLES,
                key=str(uuid.UUID(int=len(self.history.entries))),
                case_id=found.case.id if found else None,
                **more,  # type: ignore[arg-type]  # texts only
            )

    def _disable(self, user: str) -> None:
        if self.company.status(user) == "ENABLED":
            self.company.set_status(user, "DISABLED")
            self.bot.hear("DisableUser", user)

    def _enable(self, user: str) -> None:
        if self.company.status(user) in {"DISABLED", None}:
            self.company.set_status(user, "ENABLED")
            self.bot.hear("EnableUser", user)

    def _set_clock(self, off: timedelta) -> None:
        if off != self.clock.off:
            self.clock.off = off
            self.history.add(self.clock.true, Clocked(off))

    def _person(self, number: int) -> str:
        return self.company.person(number)

    def _gone_wrong(self, number: int) -> str:
        """One of those who are disabled, if there are any."""
        some = [user for user in self.company.people if self.company.status(user) in {"DISABLED", None}]
        return some[number % len(some)] if some else self.company.person(number)

    def _named(self, user: str) -> User:
        return User(user, self.company.name(user))

    def _name(self, number: int) -> str:
        return self.company.name(self.company.person(number))
