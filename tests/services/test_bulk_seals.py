"""What somebody writes or changes in the database begins nothing: every action of a bulk needs a seal that fits."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.core.actions import Action, ActionState, Asker
from bot.core.bulk.bulk import BulkState
from bot.core.bulk.next_step import Fate
from bot.core.kinds import REVOKE, SHUT_OUT
from bot.core.leaves.leave import seal_of
from bot.core.rules.rules import AutoRules
from bot.core.terminal.askers import TerminalAsker
from bot.services.actions.ask import begin
from bot.store.database import bulk_tables
from tests.services.bulking import ALICE, BOB, Company, company


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
    assert "the seal of this action on several people is missing" in restarted(without).results(later)[0].why
    assert three.have_access() == ["p003"]


FORGED = {
    "another kind": (bulk_tables.bulks, {"kind": SHUT_OUT}),
    "somebody else asked": (bulk_tables.bulks, {"by": "U1"}),
    "the limit is raised": (bulk_tables.bulks, {"raises_limit": True}),
    "no seal": (bulk_tables.people, {"seal": ""}),
    "another seal": (bulk_tables.people, {"seal": "0" * 64}),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_bulk_that_somebody_changed_in_the_database_begins_nothing(three: Company, name: str) -> None:
    bulk = three.begun("p001", asker=BOB)
    change(three, FORGED[name][0], **FORGED[name][1])
    three.carry(bulk)
    assert three.have_access() == ["p001", "p002", "p003"]
    assert three.fates(bulk) == [Fate.NOT_DONE]


def test_the_seal_of_one_person_is_no_good_for_another(three: Company) -> None:
    bulk, other = three.begun("p001"), three.context.directory.user(three.users["p002"])
    change(three, bulk_tables.people, user_id=other.id, user=other)
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
    change(three, bulk_tables.bulks, state=state)
    assert three.here.carry_on(f"{bulk.id}-1").state is ActionState.REFUSED
    assert "p001" in three.have_access()


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
    change(few, bulk_tables.bulks, raises_limit=True)
    few.carry(bulk)
    assert len(few.have_access()) == 3
