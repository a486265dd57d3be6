"""What somebody writes or changes in the database begins nothing: every action of a bulk needs a seal that fits."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.core.actions import Action, ActionState, Asker
from bot.core.bulk.bulk import Bulk, BulkState
from bot.core.bulk.next_step import Fate
from bot.core.bulk.plan import OverLimit
from bot.core.kinds import REVOKE, SHUT_OUT
from bot.core.leaves.leave import seal_of
from bot.core.models import User
from bot.core.rules.rules import AutoRules
from bot.core.terminal.askers import TerminalAsker
from bot.services.actions.ask import begin
from bot.store.database.bulk_tables import bulks, people
from bot.store.database.schema import actions, operations
from tests.services.bulking import ALICE, BOB, Company, company, refused


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as made:
        yield made


def restarted(made: Company, token: str = "") -> Company:
    """Another process, with this token, which remembers nothing of the one before."""
    other = partial(seal_of, secret=f"of another process {token}")
    given = {"seal": partial(seal_of, secret=token)} if token else {}
    return made.with_context(own_seal=other, **given)


def change(made: Company, table: Any, **values: Any) -> None:
    with made.context.store._db.transaction() as connection:
        connection.execute(table.update().values(**values))


def test_another_process_with_the_same_token_carries_it_on(three: Company) -> None:
    bulk = three.begun()
    three.look()
    assert restarted(three).carry(bulk).state is BulkState.ENDED
    assert three.have_access() == []


def test_one_that_a_command_without_the_token_began_is_believed_by_that_command_alone(three: Company) -> None:
    without = three.with_context(seal=lambda _text: "")
    assert without.carry(without.begun("p001", "p002")).state is BulkState.ENDED
    assert without.have_access() == ["p003"]
    later = without.begun("p003")
    restarted(without).carry(later)
    assert restarted(without).fates(later) == [Fate.NOT_DONE]
    assert "the seal of this action on many people is missing" in restarted(without).results(later)[0].why
    assert three.have_access() == ["p003"]


FORGED = {
    "another kind": (bulks, {"kind": SHUT_OUT}),
    "somebody else asked": (bulks, {"by": "U1"}),
    "the limit is raised": (bulks, {"raises_limit": True}),
    "no seal": (people, {"seal": ""}),
    "another seal": (people, {"seal": "0" * 64}),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_bulk_that_somebody_changed_in_the_database_begins_nothing(three: Company, name: str) -> None:
    bulk = three.begun("p001", asker=BOB)
    change(three, FORGED[name][0], **FORGED[name][1])
    three.carry(bulk)
    assert three.have_access() == ["p001", "p002", "p003"]
    assert three.fates(bulk) == [Fate.NOT_DONE]


IN_A_PLAN: dict[str, Callable[[Bulk], object]] = {
    "somebody else": lambda _plan: people.update().where(people.c.number == 1).values(user=User("u-9"), user_id="u-9"),
    "somebody who was left out": lambda _plan: people.update().values(left_out=None),
    "fewer people": lambda _plan: people.delete().where(people.c.number == 1),
    "another kind": lambda _plan: bulks.update().values(kind=SHUT_OUT),
    "above the limit": lambda plan: bulks.update().values(
        plan=replace(plan.plan, over=OverLimit(3, 1, plan.made_at))  # type: ignore[type-var]  # it has one
    ),
}


@pytest.mark.parametrize("what", IN_A_PLAN)
def test_a_plan_that_somebody_changed_while_it_was_shown_is_not_begun(three: Company, what: str) -> None:
    plan = three.with_rules(protected=("p003@example.com",)).plan()
    with three.context.store._db.transaction() as connection:
        connection.execute(IN_A_PLAN[what](plan))
    assert refused(three.submit(plan, typed="2")) == "bulk_not_confirmed"
    assert three.now(plan).state is BulkState.PREVIEW


def test_the_seal_of_one_person_is_no_good_for_another(three: Company) -> None:
    bulk, other = three.begun("p001"), three.context.directory.user(three.users["p002"])
    change(three, people, user_id=other.id, user=other)
    three.carry(bulk)
    assert three.have_access() == ["p001", "p002", "p003"]


def test_an_action_that_only_claims_to_belong_to_a_bulk_begins_nothing(three: Company) -> None:
    bulk = three.begun("p001")
    user = three.context.directory.user(three.users["p002"])
    forged = Action(
        f"{bulk.id}-2",
        f"bulk:{bulk.id}:{user.id}",
        REVOKE,
        user,
        None,
        ALICE,
        three.here.clock.now(),
        revision=user.revision,
    )
    begin(three.context, forged)
    assert three.here.carry_on(forged.id).state is ActionState.REFUSED
    lost = replace(forged, id="lost-1", key="bulk:none:1")
    begin(three.context, lost)
    assert three.here.carry_on(lost.id).state is ActionState.REFUSED
    assert "p002" in three.have_access()


@pytest.mark.parametrize("state", [BulkState.PREVIEW, BulkState.ENDED, BulkState.DROPPED, BulkState.STOPPING])
def test_nothing_begins_unless_its_bulk_runs(three: Company, state: BulkState) -> None:
    bulk = three.begun("p001")
    three.look()
    change(three, bulks, state=state)
    assert three.here.carry_on(f"{bulk.id}-1").state is ActionState.REFUSED
    assert "p001" in three.have_access()


def test_one_that_somebody_has_begin_again_in_the_database_reaches_its_own_people_alone_read_anew(
    three: Company,
) -> None:
    bulk = three.carry(three.begun("p001", "p002"))
    assert three.fates(bulk) == [Fate.DONE] * 2
    for name in ("p001", "p002"):
        three.here.org.add_member(three.group, three.users[name])
    three.here.org.set_status(three.users["p002"], "ENABLED")
    with three.context.store._db.transaction() as connection:
        connection.execute(operations.delete())
        connection.execute(actions.delete())
        connection.execute(bulks.update().values(state=BulkState.RUNNING))
    three.carry(bulk)
    assert three.have_access() == ["p002", "p003"]


def test_whoever_lost_their_role_since_begins_nothing(three: Company) -> None:
    bulk = three.begun("p001", asker=BOB)
    demoted = three.with_rules(responders=frozenset({"U1"}))
    demoted.carry(bulk)
    assert demoted.fates(bulk) == [Fate.NOT_DONE]
    assert len(three.have_access()) == 3


def test_a_terminal_identity_that_may_not_ask_here_any_more_begins_nothing(three: Company) -> None:
    arn = "arn:aws:iam::111111111111:role/Security"
    who = TerminalAsker(arn, "dana", "host7")
    known = three.with_rules(terminal_identities=(arn,))
    bulk = known.begun("p001", "p002", asker=Asker(who.stored, ""))
    known.look()
    assert known.here.carry_on(f"{bulk.id}-1").state is ActionState.DONE
    assert three.here.carry_on(f"{bulk.id}-2").state is ActionState.REFUSED
    assert three.have_access() == ["p002", "p003"]


def test_raising_the_limit_in_the_database_raises_nothing(three: Company) -> None:
    few = three.with_context(auto_rules=AutoRules(changes_per_hour=1))
    bulk = few.begun(asker=BOB)
    change(few, bulks, raises_limit=True)
    few.carry(bulk)
    assert len(few.have_access()) == 3
