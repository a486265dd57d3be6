"""Finding a user by what a person typed."""

from collections.abc import Iterator

import pytest

from bot.core.errors import AwsError, AwsUnavailable
from bot.core.models import User
from bot.core.views import Matches
from bot.playground.identity_center import Organization
from bot.services.find_user import MOST_SHOWN, find
from tests.services.scanning import Connected, faked

PEOPLE = [
    ("dana.rossi@example.com", "Dana Rossi", "dana.rossi@example.com"),
    ("eve.long@example.com", "Eve Long", "eve.long@corp.example"),
    ("eva.lund@example.com", "Eva Lund", "eva.lund@corp.example"),
    ("svc-backup", None, None),
    (None, "Zoë Müller", "zoe@corp.example"),
]


@pytest.fixture(scope="module")
def served() -> Iterator[Connected]:
    org = Organization(seed=9, throttle=False)
    for number in range(120):
        org.add_user(f"worker{number:03}@example.com", f"Worker {number:03}", None)
    for user_name, display_name, email in PEOPLE:
        org.add_user(user_name, display_name, email, legacy_id=user_name == "svc-backup")
    with faked(org) as here:
        yield here


@pytest.fixture
def here(served: Connected) -> Iterator[Connected]:
    served.server.calls.clear()
    yield served
    served.server.faults.clear()
    assert served.server.complaints == []


def look(here: Connected, query: str) -> User | Matches:
    return find(here.context.directory, query)


def name(found: User | Matches) -> str:
    assert isinstance(found, User), found
    return found.user_name or found.display_name


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("dana.rossi@example.com", "dana.rossi@example.com"),
        ("  DANA.Rossi@Example.COM ", "dana.rossi@example.com"),
        ("eve.long@corp.example", "eve.long@example.com"),
        ("EVE.LONG@corp.example", "eve.long@example.com"),
        ("Eva Lund", "eva.lund@example.com"),
        ("rossi", "dana.rossi@example.com"),
        ("LUND", "eva.lund@example.com"),
        ("svc-backup", "svc-backup"),
        ("backup", "svc-backup"),
        ("zoe@corp.example", "Zoë Müller"),
        ("zoË mÜLLER", "Zoë Müller"),
        ("müll", "Zoë Müller"),
        ("worker119", "worker119@example.com"),
    ],
)
def test_a_user_is_found_by_name_mail_or_a_part_that_only_one_has(here: Connected, query: str, expected: str) -> None:
    assert name(look(here, query)) == expected


SEEN_AS_NOTHING = "\u200b\u200e\u200f\ufeff\u00ad\u2060\u180e\ufe0f\u034f"


@pytest.mark.parametrize("hidden", SEEN_AS_NOTHING)
def test_invisible_characters_in_what_is_pasted_do_not_count(here: Connected, hidden: str) -> None:
    assert name(look(here, f"{hidden}dana.{hidden}rossi@example.com{hidden}")) == "dana.rossi@example.com"
    assert name(look(here, f"Eva\u00a0{hidden}Lund")) == "eva.lund@example.com"


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("kai\u034f.jones@example.com", "kai.jones@example.com"),
        ("re\u0301mi@example.com", "r\u00e9mi@example.com"),
        ("no\u0308el@example.com", "n\u00f6el@example.com"),
        ("o'brien@example.com", "o\u2019brien@example.com"),
        ("anna-maria@example.com", "anna\u2011maria@example.com"),
    ],
)
def test_nor_do_they_in_the_directory_and_one_way_to_write_an_accent_is_as_good_as_the_other(
    here: Connected, stored: str, typed: str
) -> None:
    added = here.org.add_user(stored)
    try:
        assert name(look(here, typed)) == stored
        assert name(look(here, stored)) == stored
    finally:
        here.org.delete_user(added)


def test_blanks_of_every_kind_are_one_in_the_directory_too(here: Connected) -> None:
    added = here.org.add_user("lee@example.com", "Lee\u00a0\u3000Wong")
    try:
        assert name(look(here, "lee wong")) == "lee@example.com"
    finally:
        here.org.delete_user(added)


@pytest.mark.parametrize(
    "pasted",
    [
        "Dana Rossi <dana.rossi@example.com>",
        '"Rossi, Dana" <dana.rossi@example.com>;',
        "<mailto:dana.rossi@example.com|dana.rossi@example.com>",
        "Dana Rossi <mailto:dana.rossi@example.com>",
        "mailto:dana.rossi@example.com",
        "'dana.rossi@example.com',",
        "<http://dana.rossi|dana.rossi>",
    ],
)
def test_an_address_is_found_as_mail_programs_and_slack_write_it(here: Connected, pasted: str) -> None:
    assert name(look(here, pasted)) == "dana.rossi@example.com"


@pytest.mark.parametrize(
    "pasted",
    [
        "d-9067012345/{}",
        "arn:aws:identitystore:::user/{}",
        "arn:aws-us-gov:identitystore:::user/{}",
        "arn:aws:identitystore::123456789012:identitystore/d-9067012345/user/{}",
        "https://eu-west-1.console.aws.amazon.com/singlesignon/home?region=eu-west-1#!/instances/1/users/{}",
        "\u200b{}\u00a0",
    ],
)
@pytest.mark.parametrize("user_name", ["dana.rossi@example.com", "svc-backup"])
def test_an_id_is_found_behind_its_store_and_at_the_end_of_an_arn(here: Connected, pasted: str, user_name: str) -> None:
    found = look(here, pasted.format(here.org.user_id_by_name[user_name]))
    assert isinstance(found, User)
    assert found.user_name == user_name


def test_the_arn_of_a_group_names_nobody(here: Connected) -> None:
    found = look(here, f"arn:aws:identitystore:::group/{here.org.user_id_by_name['svc-backup']}")
    assert isinstance(found, Matches)
    assert not found.users


@pytest.mark.parametrize("change", [str, str.upper, lambda text: text[:13], lambda text: text[5:30].upper()])
@pytest.mark.parametrize("user_name", ["dana.rossi@example.com", "svc-backup"])
def test_a_user_is_found_by_id_and_by_a_part_of_it(here: Connected, user_name: str, change: object) -> None:
    user_id = here.org.user_id_by_name[user_name]
    found = look(here, change(user_id))  # type: ignore[operator]  # one of four functions
    assert isinstance(found, User)
    assert found.id == user_id


def test_an_exact_name_takes_two_calls_and_not_the_whole_list(here: Connected) -> None:
    look(here, "dana.rossi@example.com")
    assert {name: n for name, n in here.server.calls.items() if "Instance" not in name} == {
        "identitystore.GetUserId": 1,
        "identitystore.DescribeUser": 1,
    }


def test_several_that_could_be_meant_are_listed_and_all_are_counted(here: Connected) -> None:
    found = look(here, "ev")
    assert isinstance(found, Matches)
    assert {user.user_name for user in found.users} == {"eve.long@example.com", "eva.lund@example.com"}
    assert (found.total, found.near) == (2, False)
    many = look(here, "worker")
    assert isinstance(many, Matches)
    assert (len(many.users), many.total) == (MOST_SHOWN, 120)


def test_a_whole_name_wins_over_being_a_part_of_others(here: Connected) -> None:
    longer = here.org.add_user("svc-backup-2")
    try:
        assert name(look(here, "SVC-Backup")) == "svc-backup"
    finally:
        here.org.delete_user(longer)


def test_two_of_the_same_name_are_both_shown(here: Connected) -> None:
    twin = here.org.add_user("dana2@example.com", "Dana Rossi", "dana2@example.com")
    try:
        found = look(here, "dana rossi")
        assert isinstance(found, Matches)
        assert {user.user_name for user in found.users} == {"dana.rossi@example.com", "dana2@example.com"}
    finally:
        here.org.delete_user(twin)


@pytest.mark.parametrize(
    ("query", "nearest"), [("dana.rosi", "dana.rossi@example.com"), ("eva lond", "eva.lund@example.com")]
)
def test_nobody_is_said_with_the_nearest_first(here: Connected, query: str, nearest: str) -> None:
    found = look(here, query)
    assert isinstance(found, Matches)
    assert found.near
    assert found.users[0].user_name == nearest


@pytest.mark.parametrize("query", ["qqqqqqqq", "11111111-2222-3333-4444-555555555555"])
def test_nobody_at_all_is_an_empty_answer(here: Connected, query: str) -> None:
    found = look(here, query)
    assert isinstance(found, Matches)
    assert (found.users, found.total) == ((), 0)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException", "ResourceNotFoundException"])
@pytest.mark.parametrize("query", ["dana.rossi@example.com", "eve.long@corp.example"])
def test_without_getuserid_the_whole_list_finds_the_same(here: Connected, code: str, query: str) -> None:
    here.server.faults.add("identitystore.GetUserId", code=code, times=None)
    assert name(look(here, query)).startswith(query[:8])
    assert here.server.calls["identitystore.ListUsers"] == 2


def test_a_list_that_breaks_off_is_an_error_and_not_nobody(here: Connected) -> None:
    here.server.faults.add("identitystore.ListUsers", code="AccessDeniedException", nth=2, times=None)
    with pytest.raises(AwsError, match="denied identitystore"):
        look(here, "nobody-like-that")


def test_aws_being_down_is_an_error_and_not_nobody(here: Connected) -> None:
    here.server.faults.add("identitystore.*", code="InternalServerException", times=None)
    for query in ("dana.rossi@example.com", "rossi", here.org.user_id_by_name["svc-backup"]):
        with pytest.raises(AwsUnavailable):
            look(here, query)


@pytest.mark.parametrize("nothing", ["", " ", "\u202e", "''"])
def test_nothing_names_nobody_not_even_where_there_is_only_one(nothing: str) -> None:
    org = Organization(seed=9)
    org.add_user("dana.rossi@example.com", "Dana Rossi", None)
    with faked(org) as here:
        found = find(here.context.directory, nothing)
    assert isinstance(found, Matches)
    assert found.users == ()
