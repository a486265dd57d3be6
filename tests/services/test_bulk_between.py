"""What changes between the plan of a bulk and its end: settings, selections, people."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.bulk.bulk import Bulk
from bot.core.bulk.next_step import Fate
from bot.core.reasons import Code, Reason
from tests.services.bulking import Company, company
from tests.world import words


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as made:
        yield made


def test_a_dry_run_that_was_switched_on_after_the_plan_is_one_to_the_end(three: Company) -> None:
    plan, dry = three.plan(), three.with_rules(dry_run=True)
    begun = dry.submit(plan)
    assert isinstance(begun, Bulk)
    assert dry.carry(begun).dry_run
    assert set(dry.fates(begun)) == {Fate.DONE}
    assert "Dry run: Access of 3 people revoked" in words(dry.message())
    assert len(three.have_access()) == 3


def test_what_a_dry_run_only_shows_does_not_count_as_done_in_a_bulk_that_began_before(three: Company) -> None:
    begun, dry = three.begun(), three.with_rules(dry_run=True)
    dry.carry(begun)
    assert [result.why for result in dry.results(begun)] == [dry.context.words(Reason(Code.BULK_DRY_RUN))] * 3
    assert "Access of 0 people revoked, 3 not" in words(dry.message())
    assert len(three.have_access()) == 3
