"""Many people at once from a terminal: what was confirmed is done, and nothing that somebody wrote into the database."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.core.actions import ActionState, Asker
from bot.core.bulk.bulk import Bulk, BulkState, audited
from bot.core.bulk.confirmed import STOP_BULK, confirmed
from bot.core.bulk.next_step import Fate
from bot.core.bulk.plan import OverLimit
from bot.core.kinds import REVOKE, SHUT_OUT
from bot.core.leaves.leave import seal_of
from bot.core.models import User
from bot.core.rules.rules import AutoRules
from bot.core.terminal.askers import TerminalAsker
from bot.core.terminal.wishes import Wish, WishState
from bot.services.actions.carry_out import Progress
from bot.services.bulk.carry import look_after
from bot.services.bulk.preview import preview
from bot.services.wishes import WishTaker
from bot.store.database.bulk_tables import bulks, people
from tests.fakes.aws import FakeAws
from tests.fakes.identity import FakeIdentity
from tests.services.bulking import TOKEN, Company, company

NO_TOKEN = {"seal": lambda _text: ""}
WITH_TOKEN = {"seal": partial(seal_of, secret=TOKEN)}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as made:
        yield made


def another(here: Company, **changes: object) -> Company:
    """Another process on the same database, which remembers nothing."""
    aws = here.here.aws
    assert isinstance(aws, FakeAws)
    secret = uuid.uuid4().hex
    return here.with_context(identity=FakeIdentity(aws), own_seal=partial(seal_of, secret=secret), **changes)


def alice(here: Company) -> Asker:
    return Asker(TerminalAsker(here.context.identity.own(), "alice", "host7").stored, "")


def plan(here: Company) -> Bulk:
    made = preview(here.context, REVOKE, here.ids(), alice(here), "critical")
    assert isinstance(made, Bulk)
    return made


def wish(here: Company, what: str, bulk: Bulk, digest: str = "") -> Wish:
    now = here.context.clock.now()
    made = Wish(str(uuid.uuid4()), what, User(bulk.id), "alice", "host7", now, digest=digest, case_id=bulk.id)
    made = replace(made, proof=here.context.identity.sign(made.binding))
    here.context.store.add_wish(made)
    return made


def confirm(here: Company, bulk: Bulk) -> Wish:
    return wish(here, audited(REVOKE), bulk, confirmed(bulk))


def take_up(here: Company, made: Wish) -> Wish:
    WishTaker(here.context, made.case_id).take_up()
    return here.context.store.wish(made.id)


def begun(here: Company) -> Bulk:
    bulk = plan(here)
    assert take_up(here, confirm(here, bulk)).state is WishState.ACCEPTED
    return bulk


def write(here: Company, statement: object) -> None:
    """Something that somebody writes into the database."""
    with here.context.store._db.transaction() as connection:  # type: ignore[attr-defined]  # the real store
        assert connection.execute(statement).rowcount


def test_what_was_confirmed_is_done_in_the_name_of_whoever_confirmed_it(here: Company) -> None:
    bulk = begun(here)
    ended = here.carry(bulk)
    assert (ended.state, ended.by) == (BulkState.ENDED, alice(here).user)
    assert here.have_access() == []
    assert here.audited() == [(alice(here).user, "bulk_revoke", verdict) for verdict in ("asked", "ended")]


def test_where_nobody_in_slack_may_act_a_proven_identity_still_may(here: Company) -> None:
    watching = here.with_rules(responders=frozenset(), admins=frozenset())
    assert watching.carry(begun(watching)).state is BulkState.ENDED
    assert here.have_access() == []


def test_the_typed_number_lets_it_go_above_the_hourly_limit(here: Company) -> None:
    few = here.with_context(auto_rules=AutoRules(changes_per_hour=2))
    bulk = begun(few)
    assert few.now(bulk).raises_limit
    assert few.carry(bulk).state is BulkState.ENDED
    assert few.fates(bulk) == [Fate.DONE] * 3


CHANGES: dict[str, Callable[[Bulk], object]] = {
    "somebody else": lambda _bulk: people.update().where(people.c.number == 1).values(user=User("u-9"), user_id="u-9"),
    "fewer people": lambda _bulk: people.delete().where(people.c.number == 1),
    "something else": lambda _bulk: bulks.update().values(kind=SHUT_OUT),
    "above the limit": lambda bulk: bulks.update().values(
        plan=replace(bulk.plan, over=OverLimit(3, 1, bulk.made_at + timedelta(hours=1)))  # type: ignore[type-var]
    ),
    "for real": lambda bulk: bulks.update().values(dry_run=not bulk.dry_run),
    "of somebody else": lambda _bulk: bulks.update().values(by="U1"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_plan_that_somebody_changed_after_it_was_confirmed_is_not_begun(here: Company, what: str) -> None:
    bulk = plan(here)
    made = confirm(here, bulk)
    write(here, CHANGES[what](bulk))
    refused = take_up(here, made)
    assert refused.state is WishState.REFUSED
    assert "othing was started" in refused.answer
    assert here.context.store.bulk(bulk.id).state is BulkState.PREVIEW
    assert here.context.store.unfinished_actions() == []
    assert [verdict for _, _, verdict in here.audited()] == ["refused"]


def test_a_proof_of_another_number_or_another_plan_begins_nothing(here: Company) -> None:
    bulk, other = plan(here), plan(here)
    made = wish(here, audited(REVOKE), bulk, confirmed(other))
    assert take_up(here, made).state is WishState.REFUSED
    assert here.context.store.bulk(bulk.id).state is BulkState.PREVIEW


def test_whoever_is_written_into_a_bulk_that_runs_keeps_their_access(here: Company) -> None:
    bulk = begun(here)
    stranger = here.here.leaver("stranger", (here.here.org.add_account("lab"), here.here.org.add_permission_set("Dev")))
    write(
        here,
        people.update().where(people.c.number == 1).values(user=here.here.user(stranger), user_id=stranger),
    )
    here.carry(bulk)
    assert here.here.org.truth(stranger)
    assert [result.fate for result in here.results(bulk)].count(Fate.DONE) == 2


def test_a_later_process_with_the_token_goes_on_with_what_the_token_sealed(here: Company) -> None:
    bulk = begun(here)
    assert another(here, **WITH_TOKEN).carry(bulk).state is BulkState.ENDED
    assert here.have_access() == []


@pytest.mark.parametrize("later", [NO_TOKEN, WITH_TOKEN], ids=["without the token", "with the token"])
def test_what_a_command_without_the_token_began_only_that_command_goes_on_with(
    here: Company, later: dict[str, object]
) -> None:
    command = here.with_context(**NO_TOKEN)
    bulk = begun(command)
    next_one = another(here, **later)
    assert next_one.carry(bulk).state is BulkState.ENDED
    assert len(here.have_access()) == 3
    assert {result.fate for result in here.results(bulk)} == {Fate.NOT_DONE}
    assert all("the command that began it has ended, ask for it again" in result.why for result in here.results(bulk))


def test_the_command_itself_goes_on_without_the_token(here: Company) -> None:
    command = here.with_context(**NO_TOKEN)
    assert command.carry(begun(command)).state is BulkState.ENDED
    assert here.have_access() == []


@pytest.mark.parametrize("own", ["", "another bulk"], ids=["for one person", "for many"])
def test_a_command_that_has_the_database_leaves_the_bulk_of_another_command_to_that_one(
    here: Company, own: str
) -> None:
    first, second = (another(here, **NO_TOKEN) for _ in range(2))
    bulk = plan(second)
    made = confirm(second, bulk)
    WishTaker(first.context, own).take_up()
    assert here.context.store.wish(made.id).state is WishState.WAITING
    WishTaker(second.context, bulk.id).take_up()
    assert second.carry(bulk).state is BulkState.ENDED
    assert here.have_access() == []


def test_a_command_that_has_the_database_stops_its_bulk_for_another_command(here: Company) -> None:
    first, second = (another(here, **NO_TOKEN) for _ in range(2))
    bulk = plan(first)
    confirm(first, bulk)
    WishTaker(first.context, bulk.id).take_up()
    wish(second, STOP_BULK, bulk)
    WishTaker(first.context, bulk.id).take_up()
    assert here.now(bulk).state is BulkState.STOPPING


def test_a_process_without_the_token_leaves_what_the_token_sealed_to_one_that_has_it(here: Company) -> None:
    bulk = begun(here)
    look_after(here.context)
    action = here.context.store.action(bulk.action_id(bulk.people[0]))
    without = another(here, **NO_TOKEN)
    assert without.here.step(action.id) is Progress.PARKED
    assert here.context.store.action(action.id).state is ActionState.QUEUED
    assert another(here, **WITH_TOKEN).carry(bulk).state is BulkState.ENDED
    assert here.have_access() == []


def test_a_proven_wish_stops_it_and_one_without_proof_does_not(here: Company) -> None:
    bulk = begun(here)
    made = wish(here, STOP_BULK, bulk)
    forged = replace(made, id="forged", proof="")
    here.context.store.add_wish(forged)
    here.context.store.move_wish(made.id, WishState.WITHDRAWN)
    assert take_up(here, forged).state is WishState.REFUSED
    assert here.now(bulk).state is BulkState.RUNNING
    assert take_up(here, wish(here, STOP_BULK, bulk)).state is WishState.ACCEPTED
    assert here.carry(bulk).stopped_by == alice(here).user
    assert len(here.have_access()) == 3
    over = take_up(here, wish(here, STOP_BULK, bulk))
    assert (over.state, "already ended" in over.answer) == (WishState.REFUSED, True)


def test_a_wish_about_a_bulk_that_is_not_there_is_refused(here: Company) -> None:
    bulk = replace(plan(here), id="nothing")
    for made in (confirm(here, bulk), wish(here, STOP_BULK, bulk)):
        assert take_up(here, made).state is WishState.REFUSED
