"""A company with leavers, and bulks carried out over it without Slack and without the engine."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.core.bulk.bulk import Bulk, BulkState
from bot.core.bulk.confirmed import confirmed
from bot.core.bulk.next_step import BulkResult, Fate
from bot.core.kinds import REVOKE, Kind
from bot.core.leaves.leave import seal_of
from bot.services.actions.carry_out import Progress
from bot.services.bulk.carry import look_after
from bot.services.bulk.preview import preview
from bot.services.bulk.submit import WrongCount, submit
from bot.services.context import Context
from bot.store.database.schema import audit
from tests.fakes.chat import FakeChat
from tests.in_line import sync
from tests.services.denials import Denials, denials
from tests.world import words

AUDIT = sa.select(audit).order_by(audit.c.seq)
# alice is an admin, bob a responder, mallory nobody.
ALICE, BOB, MALLORY = (Asker(user, "C1") for user in ("U1", "U2", "U3"))
TOKEN = "xoxb-1-of-this-workspace"


@dataclass
class Company:
    """`users`: the ids of the leavers, by name; each has a way in of their own, and one through a group."""

    here: Denials
    users: dict[str, str]
    group: str

    @property
    def context(self) -> Context:
        return self.here.context

    @property
    def chat(self) -> FakeChat:
        assert isinstance(self.context.chat, FakeChat)
        return self.context.chat

    def ids(self, *names: str) -> list[str]:
        return [self.users[name] for name in names] or list(self.users.values())

    def plan(self, *names: str, kind: Kind = REVOKE, asker: Asker = ALICE) -> Bulk:
        made = preview(self.context, kind, self.ids(*names), asker, "critical")
        assert isinstance(made, Bulk), made
        return made

    def begun(self, *names: str, kind: Kind = REVOKE, asker: Asker = ALICE) -> Bulk:
        plan = self.plan(*names, kind=kind, asker=asker)
        begun = self.submit(plan, asker, str(plan.size))
        assert isinstance(begun, Bulk), begun
        assert begun.state is BulkState.RUNNING
        return begun

    def submit(self, plan: Bulk, asker: Asker = ALICE, typed: str = "") -> Bulk | Refused | WrongCount:
        """Confirm this plan, as it was shown."""
        return submit(self.context, plan.id, asker, typed, confirmed_as=confirmed(plan))

    def look(self) -> bool:
        return look_after(self.context)

    def carry(self, bulk: Bulk, rounds: int = 100) -> Bulk:
        """Look after it and carry out what was asked for, until nothing moves."""
        for _ in range(rounds):
            moved = look_after(self.context)
            asked = [one for one in self.context.store.unfinished_actions() if not one.parked and not one.parent]
            for action in asked:
                while self.here.step(action.id) not in {Progress.ENDED, Progress.PARKED}:
                    pass
            if not (moved or asked):
                return self.now(bulk)
        raise AssertionError("the bulk does not come to rest")

    def now(self, bulk: Bulk) -> Bulk:
        return self.context.store.bulk(bulk.id)

    def results(self, bulk: Bulk) -> Sequence[BulkResult]:
        return self.context.store.bulk_results(bulk.id)

    def fates(self, bulk: Bulk) -> list[Fate]:
        return [result.fate for result in self.results(bulk)]

    def have_access(self) -> list[str]:
        return [
            name for name, user in self.users.items() if user in self.here.org.user_by_id and self.here.org.truth(user)
        ]

    def said(self) -> list[str]:
        """Every message in the channel, as it is now."""
        for _ in range(3):
            sync(self.context)
        return [words(message) for message in self.chat.messages()]

    def message(self) -> dict[str, Any]:
        """The one message of the bulk, as it is now."""
        self.said()
        (found,) = (one for one in self.chat.messages() if one["key"].startswith("bulk:"))
        return found

    def with_context(self, **changes: Any) -> "Company":
        return replace(self, here=replace(self.here, context=replace(self.context, **changes)))

    def with_rules(self, **changes: Any) -> "Company":
        return self.with_context(rules=replace(self.context.rules, **changes))

    def audited(self) -> list[tuple[str, str, str]]:
        rows = self.context.store._db.rows(AUDIT)
        return [(row["who"], row["what"], row["verdict"]) for row in rows if row["what"].startswith("bulk_")]


def refused(answer: object) -> str:
    """The code of a refusal."""
    assert isinstance(answer, Refused), answer
    return str(answer.reason.code)


@contextmanager
def company(folder: Path, people: int = 3, *, digest_after: int = 0) -> Iterator[Company]:
    """So many leavers, scanned; by default announced in a digest, so that no alert of theirs stands in the channel."""
    with denials(folder) as made:
        here = made
        account, read_only = here.org.add_account("prod"), here.org.add_permission_set("ReadOnly")
        other, billing = here.org.add_account("shop"), here.org.add_permission_set("Billing")
        group = here.org.add_group("cloud-viewers")
        here.org.assign(other, billing, "GROUP", group)
        users = {}
        for number in range(1, people + 1):
            user = here.leaver(f"p{number:03}", (account, read_only))
            here.org.add_member(group, user)
            users[f"p{number:03}"] = user
        rules = replace(here.context.rules, responders=frozenset({"U1", "U2"}), admins=frozenset({"U1"}))
        context = replace(
            here.context,
            chat=FakeChat(),
            rules=rules,
            digest_after=digest_after,
            seal=partial(seal_of, secret=TOKEN),
        )
        here = replace(here, context=context)
        here.scan()
        yield Company(here, users, group)
        assert not context.chat.complaints, context.chat.complaints  # type: ignore[attr-defined]  # the fake's
