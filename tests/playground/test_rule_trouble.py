"""What a visitor can do to rules, and how it is undone."""

import pytest

from bot.playground.entra import Tenant
from bot.playground.identity_center import Organization
from bot.playground.rule_trouble import RULES, SILENCE, RuleTrouble
from bot.playground.sample_org import sample_organization


class Made:
    """The trouble, the organization, and the settings that the bot was started again with."""

    def __init__(self) -> None:
        self.org: Organization = sample_organization()
        self.tenant = Tenant()
        self.accounts = self.tenant.mirror(self.org.users())
        self.changes: list[dict[str, str]] = []
        self.trouble = RuleTrouble(self.org, self.tenant, self.accounts, self.changes.append)
        self.kinds = {kind.id: kind for kind in self.trouble.kinds()}

    def make(self, name: str) -> None:
        kind = self.kinds[name]
        kind.going_on = kind.make()

    def disabled(self) -> set[str]:
        return {user.id for user in self.org.users() if user.status == "DISABLED"}

    def active(self) -> set[str]:
        """Those who are on in Entra."""
        return {user for user, account in self.accounts.items() if self.tenant.accounts[account].enabled}


@pytest.fixture
def made() -> Made:
    return Made()


def test_switching_rules_on_starts_the_bot_again_with_them_and_clearing_without(made: Made) -> None:
    made.make("rules")
    assert made.kinds["rules"].going_on()
    made.trouble.clear()
    assert made.changes == [RULES, {}]
    assert not made.kinds["rules"].going_on()


def test_clearing_starts_no_bot_again_that_has_no_rules(made: Made) -> None:
    made.trouble.clear()
    assert made.changes == []


def test_a_third_of_the_company_is_disabled_in_entra_too_and_comes_back(made: Made) -> None:
    before, active = made.disabled(), made.active()
    made.make("mistake")
    new = made.disabled() - before
    assert len(new) == len(range(0, len(made.org.users()) - len(before), 3))
    assert made.active() == active - new
    made.trouble.clear()
    assert (made.disabled(), made.active()) == (before, active)


def test_whoever_is_disabled_on_the_page_is_disabled_in_entra(made: Made) -> None:
    somebody = min(made.active())
    made.org.set_status(somebody, "DISABLED")
    assert somebody not in made.active()


def test_entra_disagrees_about_the_leaver_with_the_most_access_until_that_is_cleared(made: Made) -> None:
    before = made.active()
    made.make("active")
    (leaver,) = made.active() - before
    assert leaver in made.disabled()
    assert len(made.org.truth(leaver)) == max(len(made.org.truth(one)) for one in made.disabled())
    made.trouble.clear()
    assert made.active() == before


def test_what_is_switched_on_later_leaves_on_what_was_on_before(made: Made) -> None:
    made.make("rules")
    made.make("silent")
    assert made.changes == [RULES, {**RULES, **SILENCE}]
    assert all(made.kinds[name].going_on() for name in ("rules", "silent"))
