"""The contract of `ports.SourceDirectory`."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.directory.source import ActiveThere, CouldNotLook, Looked, Off, OffThere, SourceAccount, Unseen
from bot.core.models import User
from bot.playground.entra import Account, Tenant
from bot.ports import SourceDirectory
from tests.entra.reading import MINUTE, person, reading
from tests.fakes.source_directory import FakeSourceDirectory

AT = datetime(2026, 11, 14, 9, 0, tzinfo=UTC)


@dataclass
class Here:
    tenant: Tenant
    source: SourceDirectory

    def one(self, user: User) -> Looked:
        return self.source.look([user], MINUTE)[user.id]

    def add(self, name: str, **more: bool) -> str:
        return self.tenant.add_user(f"{name}@example.com", name.title(), f"{name}@example.com", **more)


class _Live(FakeSourceDirectory):
    """The fake over whatever is in the tenant now."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__()
        self._tenant = tenant

    def look(self, users, within):
        here, gone = self._tenant.accounts.values(), self._tenant.deleted.values()
        self.accounts = [_account(one, deleted=False) for one in here] + [_account(one, deleted=True) for one in gone]
        return super().look(users, within)


def _account(one: Account, *, deleted: bool) -> SourceAccount:
    words = (one.user_principal_name, one.mail or "", one.mail_nickname, one.display_name)
    return SourceAccount(one.id, *words, enabled=one.enabled, deleted=deleted, deleted_at=one.deleted_at)


@pytest.fixture(params=["wire", "fake"])
def here(request: pytest.FixtureRequest) -> Iterator[Here]:
    tenant = Tenant(now=lambda: AT)
    with ExitStack() as stack:
        if request.param == "fake":
            yield Here(tenant, _Live(tenant))
            return
        read = stack.enter_context(reading(tenant))
        yield Here(tenant, read.source)
        assert read.server.complaints == []


def test_nobody_is_asked_for_and_nobody_answered(here: Here) -> None:
    assert here.source.look([], MINUTE) == {}


def test_an_account_is_on_off_or_deleted_until_it_cannot_be_restored(here: Here) -> None:
    dana = here.add("dana")
    assert here.one(person("dana", dana)) == ActiveThere("dana@example.com")
    here.tenant.set_enabled(dana, enabled=False)
    assert here.one(person("dana", dana)) == OffThere(Off.DISABLED, None, "dana@example.com")
    here.tenant.delete(dana)
    deleted = OffThere(Off.DELETED, AT + timedelta(days=30), "dana@example.com")
    assert here.one(person("dana", dana)) == deleted
    here.tenant.restore(dana)
    assert here.one(person("dana", dana)) == OffThere(Off.DISABLED, None, "dana@example.com")
    here.tenant.delete(dana)
    here.tenant.purge(dana)
    assert here.one(person("dana", dana)) == CouldNotLook(Unseen.NOT_FOUND)


BY: dict[str, Callable[[str], User]] = {
    "object id": lambda object_id: person("renamed", object_id, display_name="Dana", email=""),
    "object id in capitals": lambda object_id: person("renamed", object_id.upper(), display_name="Dana", email=""),
    "user principal name": lambda _: person("dana", email=""),
    "mail": lambda _: person("renamed", display_name="Dana", email="dana@example.com"),
    "mail in capitals": lambda _: person("renamed", display_name="Dana", email="DANA@EXAMPLE.COM"),
}


@pytest.mark.parametrize("deleted", [False, True], ids=["there", "deleted"])
@pytest.mark.parametrize("by", BY)
def test_an_account_is_found_by(here: Here, by: str, deleted: bool) -> None:
    for name in ("adana", "dana2", "sam"):
        here.tenant.delete(here.add(name))
        here.add(name)
    dana = here.add("dana")
    if deleted:
        here.tenant.delete(dana)
    assert here.one(BY[by](dana)) == (
        OffThere(Off.DELETED, AT + timedelta(days=30), "dana@example.com")
        if deleted
        else ActiveThere("dana@example.com")
    )


def test_a_new_account_of_the_same_name_makes_it_doubtful(here: Here) -> None:
    dana = here.add("dana")
    here.tenant.delete(dana)
    here.add("dana")
    assert here.one(person("dana")) == CouldNotLook(Unseen.SEVERAL)
    assert here.one(person("dana", dana)) == CouldNotLook(Unseen.SEVERAL)


def test_one_attribute_alone_is_not_enough(here: Here) -> None:
    here.tenant.add_user("dana@example.com", "Somebody Else", None)
    assert here.one(person("dana")) == CouldNotLook(Unseen.UNCERTAIN)


@pytest.mark.parametrize("name", ["o'neil", "x') or startswith(mail,'", "a+b&c", "a#EXT#b", "a%27b", "ünïcode", "''"])
def test_no_name_can_end_the_filter_that_asks_for_it(here: Here, name: str) -> None:
    here.tenant.add_user("everybody.else@example.com", "Else", "else@example.com")
    assert here.one(person(name)) == CouldNotLook(Unseen.NOT_FOUND)
    gone = here.add(name)
    assert here.one(person(name)) == ActiveThere(f"{name}@example.com")
    here.tenant.delete(gone)
    assert here.one(person(name)) == OffThere(Off.DELETED, AT + timedelta(days=30), f"{name}@example.com")


def test_many_people_are_told_apart(here: Here) -> None:
    users, expected = [], {}
    for number in range(47):
        name = f"a.person.with.a.rather.long.name.{number:03}"
        object_id = here.add(name, enabled=number % 2 == 0)
        users.append(person(name, object_id if number % 3 else ""))
        expected[users[-1].id] = (
            ActiveThere(f"{name}@example.com")
            if number % 2 == 0
            else OffThere(Off.DISABLED, None, f"{name}@example.com")
        )
    assert here.source.look(users, MINUTE) == expected
