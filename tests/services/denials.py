"""Denies carried out by the services against the simulator, without Slack and without the engine."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.core.actions import Action, Asker
from bot.core.authorization import DenyRules, Rules
from bot.core.kinds import DENY, IN_LINE, Kind
from bot.core.models import User
from bot.core.views import NoticeKind
from bot.playground.identity_center import AwsServer, Organization
from bot.processes.connect_aws import connect_aws
from bot.services.actions.carry_out import Progress, step
from bot.services.context import Context
from bot.services.scan.run import request_scan, run_scan
from tests.databases import quick_store
from tests.fakes.aws import FakeAws
from tests.in_line import outdated
from tests.services.scanning import served
from tests.stand_ins import StillClock, context_over

PLACEHOLDER_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":"*",'
    '"Condition":{"StringEquals":{"identitystore:userId":"Add user ID here"}}}]}'
)
ASKER = Asker("U1", "C1")


@dataclass
class Denials:
    """An organization with policies, and the context that deny in them."""

    org: Organization
    aws: FakeAws | AwsServer
    context: Context
    clock: StillClock
    policy_ids: list[str]
    folder: Path

    def ask(self, user_id: str, kind: Kind = DENY, **more: Any) -> str:
        """Store an action on a user, as a press does; its id."""
        action = Action(
            id=str(uuid.uuid4()),
            key=str(uuid.uuid4()),
            kind=kind,
            user=self.user(user_id),
            case_id=more.pop("case_id", None),
            asker=more.pop("asker", ASKER),
            asked_at=self.clock.now(),
            **more,
        )
        return self.context.store.add_action(action).id

    def user(self, user_id: str) -> User:
        found = next((user for user in self.org.users() if user.id == user_id), None)
        return User(user_id, (found.user_name or "") if found else "")

    def work(self, rounds: int = 200) -> None:
        """Carry out all denies and lifts that wait."""
        for _ in range(rounds):
            if not self.round():
                return
        raise AssertionError("the line of denies does not come to an end")

    def round(self, idle: float = 0.0) -> dict[str, Progress]:
        """One step of all denies and lifts that wait; what came of those that are left."""
        names = [action.id for action in self.context.store.unfinished_actions(*IN_LINE)]
        moved = step(self.context, names, dict.fromkeys(names, idle))
        return {name: progress for name, progress in moved.items() if progress is not Progress.ENDED}

    def carry_out(self, user_id: str, kind: Kind = DENY, **more: Any) -> Action:
        action_id = self.ask(user_id, kind, **more)
        self.work()
        return self.context.store.action(action_id)

    def carry_on(self, action_id: str, steps: int = 500) -> Action:
        """Carry an action of any kind out as the engine does, its steps too, until it has ended."""
        for _ in range(steps):
            if self.step(action_id) is Progress.ENDED:
                return self.context.store.action(action_id)
        raise AssertionError("the action does not come to an end")

    def step(self, action_id: str, idle: float = 0.0) -> Progress:
        """One step of an action, and of the one that it waits for."""
        progress = step(self.context, [action_id], {action_id: idle}).get(action_id, Progress.ENDED)
        for waited_for in self.context.store.action(action_id).steps[-1:]:
            self.step(waited_for.id)
        return progress

    def scan(self) -> None:
        """A whole scan, saved, and the denies looked after."""
        stored, _ = request_scan(self.context, "command")
        run_scan(self.context, stored.id)

    def case(self, user_id: str) -> str:
        """The id of the newest case of a user."""
        found = self.context.store.newest_case(user_id)
        assert found is not None
        return found.case.id

    def notices(self, kind: NoticeKind) -> list[str]:
        """The texts of the notices of this kind that wait to be posted."""
        return [one.text for one in outdated(self.context.store) if one.ref.startswith(f"{kind}:")]

    def text(self, number: int = 0) -> str:
        return self.org.policy_text(self.policy_ids[number])

    def leaver(self, name: str, *places: tuple[str, str], **more: Any) -> str:
        """A disabled user with these direct assignments, whose case the store knows nothing of."""
        user = self.org.add_user(f"{name}@example.com", display_name=name.title(), email=f"{name}@example.com", **more)
        for account, permission_set in places:
            self.org.assign(account, permission_set, "USER", user)
        self.org.set_status(user, "DISABLED")
        return user

    def with_rules(self, **deny: Any) -> "Denials":
        """The same world under other settings of the deny."""
        rules = replace(self.context.rules, deny=replace(self.context.rules.deny, **deny))
        return replace(self, context=replace(self.context, rules=rules))

    def with_protected(self, *names: str) -> "Denials":
        """The same world with these users protected."""
        return replace(self, context=replace(self.context, rules=replace(self.context.rules, protected=names)))

    def again(self) -> "Denials":
        """The bot started anew on the same database: what only memory knew is forgotten."""
        edge = self.aws.anew() if isinstance(self.aws, FakeAws) else connect_aws()
        context = replace(self.context, directory=edge.directory, access=edge.access, deny=edge.deny)
        return replace(self, context=context)


@contextmanager
def denials(
    folder: Path,
    org: Organization | None = None,
    *,
    policies: int = 1,
    account_id: str | None = None,
    clock: StillClock | None = None,
    wire: bool = False,
    paced: bool = False,
    **deny: Any,
) -> Iterator[Denials]:
    """A world with `policies` placeholder policies attached to the root; `deny` are further `DenyRules`.

    Over the fakes, or on the `wire`. Neither side keeps to a rate there unless `paced`: nobody else needs the quota.
    """
    org = org or Organization(seed=1, job_seconds=(0.0, 0.0))
    org.options = replace(org.options, throttle=paced)
    names = [f"leaverbot-deny-{number}" for number in range(policies)]
    policy_ids = [org.add_scp(name, PLACEHOLDER_POLICY, targets=[org.root_id]) for name in names]
    rules = Rules(frozenset({"U1"}), frozenset({"U1"}), deny=DenyRules(tuple(policy_ids), **deny))
    clock = clock or StillClock(datetime.now(UTC))
    with ExitStack() as stack:
        fake = None if wire else FakeAws(org, account_id)
        aws = fake or stack.enter_context(served(org, account_id=account_id, paced=paced))
        store = stack.enter_context(closing(quick_store(folder / "denials.db")))
        yield Denials(org, aws, context_over(store, clock=clock, rules=rules, aws=fake), clock, policy_ids, folder)
        assert not aws.complaints, aws.complaints
