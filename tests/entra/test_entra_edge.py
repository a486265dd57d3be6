"""What Entra ID answers on a bad day, over the wire: every trouble is "could not look", with Microsoft's reason."""

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.core.directory.source import ActiveThere, CouldNotLook, Unseen
from bot.core.models import ExternalId
from bot.entra.errors import NoAnswerError
from bot.entra.queries import LONGEST_URL, queries
from bot.entra.requests import Deadline, Door
from bot.playground.entra import Tenant
from bot.playground.entra.certificates import make_application_certificate
from bot.playground.entra.tenant import READ_USERS
from tests.entra.reading import SECRET, Reading, person, reading

DANA = person("dana")
ACTIVE = ActiveThere("dana@example.com")
BRIEF = timedelta(seconds=0.5)


@pytest.fixture
def here() -> Iterator[Reading]:
    with reading() as made:
        made.add("dana")
        yield made


def refused(answer: object, said: str) -> None:
    assert isinstance(answer, CouldNotLook)
    assert (answer.why, said in answer.said) == (Unseen.REFUSED, True), answer
    assert SECRET not in answer.said
    assert "Trace ID" not in answer.said


def test_a_token_is_asked_for_once_and_kept(here: Reading) -> None:
    for _ in range(3):
        assert here.one(DANA) == ACTIVE
    assert (here.server.calls["discovery"], here.server.calls["token"]) == (1, 1)


def test_a_token_that_is_over_or_no_longer_taken_is_renewed(here: Reading) -> None:
    assert here.one(DANA) == ACTIVE
    here.server.login.revoke_all()
    assert here.one(DANA) == ACTIVE
    assert here.server.calls["token"] == 2


def test_tokens_are_renewed_before_they_are_over() -> None:
    # msal gives a token five minutes before its end to nobody.
    with reading(Tenant(token_seconds=200)) as here:
        here.add("dana")
        assert here.one(DANA) == here.one(DANA) == ACTIVE
        assert here.server.calls["token"] > 1


def test_a_token_that_graph_never_takes_is_not_asked_for_again_and_again() -> None:
    with reading(Tenant(now=lambda: datetime.now(UTC) + timedelta(days=1))) as here:
        here.server.faults.add("users", status=401, code="InvalidAuthenticationToken", message="No.", times=None)
        refused(here.one(DANA), "InvalidAuthenticationToken: No.")
        assert here.server.calls["token"] == 2


def test_a_certificate_proves_it_as_well() -> None:
    with reading(certificate=make_application_certificate()) as here:
        here.add("dana")
        assert here.one(DANA) == ACTIVE


def test_the_key_of_another_certificate_is_refused() -> None:
    with reading(certificate=make_application_certificate(), signed_by=make_application_certificate()) as here:
        refused(here.one(DANA), "AADSTS700027: Client assertion contains an invalid signature.")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"secret": "wrong"}, "AADSTS7000215: Invalid client secret provided."),
        ({"client_id": "11111111-2222-4333-8444-555555555555"}, "AADSTS700016: Application with identifier"),
        ({"tenant": "11111111-2222-4333-8444-555555555555"}, "Unable to get authority configuration"),
    ],
)
def test_a_wrong_setting_is_told_in_microsofts_words(given: dict[str, str], said: str) -> None:
    with reading(given=given) as here:
        refused(here.one(DANA), said)


def test_a_permission_that_nobody_consented_to_is_told(here: Reading) -> None:
    for application in here.tenant.applications.values():
        application.permissions.discard(READ_USERS)
    refused(here.one(DANA), "Authorization_RequestDenied: Insufficient privileges to complete the operation.")
    assert here.server.calls["users"] == 1


@pytest.mark.parametrize("operation", ["discovery", "token", "users", "deletedItems"])
@pytest.mark.parametrize(
    "fault", [{"status": 429, "retry_after": 0}, {"status": 503}, {"drop": True}], ids=["429", "503", "dropped"]
)
def test_what_passes_is_asked_for_again(here: Reading, operation: str, fault: dict[str, int]) -> None:
    here.server.faults.add(operation, times=2, **fault)
    assert here.one(DANA) == ACTIVE


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ({"status": 503}, CouldNotLook(Unseen.UNAVAILABLE, "HTTP 503")),
        ({"status": 429}, CouldNotLook(Unseen.THROTTLED, "HTTP 429")),
        ({"status": 500, "body": "<html>"}, CouldNotLook(Unseen.UNAVAILABLE, "HTTP 500")),
        (
            {"status": 200, "body": "<html>"},
            CouldNotLook(Unseen.UNREADABLE, "The answer is not one of Microsoft Graph."),
        ),
        ({"status": 200, "body": "{}"}, CouldNotLook(Unseen.UNREADABLE, "The answer is not one of Microsoft Graph.")),
        ({"status": 302, "body": ""}, CouldNotLook(Unseen.UNREADABLE, "HTTP 302")),
        ({"status": 404, "code": "NotFound", "message": "No."}, CouldNotLook(Unseen.UNREADABLE, "NotFound: No.")),
    ],
)
def test_what_does_not_pass_is_told(here: Reading, fault: dict[str, object], answer: CouldNotLook) -> None:
    here.server.faults.add("users", times=None, **fault)
    assert here.one(DANA) == answer
    assert here.server.calls["users"] <= 4


def test_nobody_waits_longer_than_there_is_time(here: Reading) -> None:
    here.server.faults.add("users", status=429, retry_after=3600, times=None)
    assert here.one(DANA) == CouldNotLook(Unseen.THROTTLED, "HTTP 429")
    assert here.server.calls["users"] == 1


def test_a_directory_that_does_not_answer_costs_no_more_than_the_time_given(here: Reading) -> None:
    here.server.faults.add("users", seconds=5.0, times=None)
    began = datetime.now(UTC)
    answer = here.one(DANA, BRIEF)
    assert isinstance(answer, CouldNotLook)
    assert answer.why in {Unseen.UNAVAILABLE, Unseen.TOO_SLOW}
    assert datetime.now(UTC) - began < timedelta(seconds=3)
    here.server.faults.clear()


class Stream(httpx.SyncByteStream):
    """A body that goes on for longer than anybody waits, or is larger than anybody needs."""

    def __init__(self, some: bytes, pause: float) -> None:
        self._some, self._pause = some, pause

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(200):
            time.sleep(self._pause)
            yield self._some


def door_to(stream: httpx.SyncByteStream, monkeypatch: pytest.MonkeyPatch) -> Door:
    """A door to a server that answers with this body."""
    client = httpx.Client(transport=httpx.MockTransport(lambda _request: httpx.Response(200, stream=stream)))
    monkeypatch.setattr("bot.entra.requests.httpx.Client", lambda **_more: client)
    return Door("https://graph.example")


def test_an_answer_that_trickles_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    door = door_to(Stream(b" ", 0.02), monkeypatch)
    began = time.monotonic()
    with pytest.raises(NoAnswerError) as error:
        door.send(Deadline(0.1), "GET", "https://graph.example/v1.0/users")
    assert error.value.answer.why is Unseen.TOO_SLOW
    assert time.monotonic() - began < 2


def test_an_answer_larger_than_any_list_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.entra.requests.LONGEST_ANSWER", 1000)
    door = door_to(Stream(b" " * 100, 0), monkeypatch)
    with pytest.raises(NoAnswerError) as error:
        door.send(Deadline(60), "GET", "https://graph.example/v1.0/users")
    assert error.value.answer == CouldNotLook(Unseen.UNREADABLE, "The answer is too long.")


def test_when_it_is_down_not_everybody_is_asked_for(here: Reading) -> None:
    here.server.faults.add("users", status=503, times=None)
    answers = here.look(*(person(f"somebody{number}") for number in range(300)))
    assert set(answers.values()) == {CouldNotLook(Unseen.UNAVAILABLE, "HTTP 503")}
    assert here.server.calls["users"] <= 16


def test_a_query_that_graph_does_not_understand_hides_nobody_else(here: Reading) -> None:
    # The simulator takes an object id in this form only, as Graph does.
    odd = replace(person("odd"), user_name="odd\x00name")
    answers = here.look(odd, DANA, *(person(f"somebody{number}") for number in range(12)))
    assert answers[DANA.id] == ACTIVE
    assert isinstance(answers[odd.id], CouldNotLook)
    assert len(answers) == 14


def test_lists_come_in_pages(here: Reading) -> None:
    here.server.graph.page = 2
    users = [person(f"somebody{number}", here.add(f"somebody{number}")) for number in range(9)]
    assert all(isinstance(answer, ActiveThere) for answer in here.look(*users).values())
    assert here.server.calls["users"] > 9


@pytest.mark.parametrize(
    "address", ["https://evil.example/v1.0/users", "http://localhost/v1.0/users", "//x", "nonsense", "https://[x"]
)
def test_the_next_page_is_never_asked_for_from_another_host(here: Reading, address: str) -> None:
    body = json.dumps({"value": [], "@odata.nextLink": address})
    here.server.faults.add("users", status=200, body=body)
    assert here.one(DANA) == CouldNotLook(Unseen.UNREADABLE, "An answer leads to another host, which is not asked.")


def test_a_list_that_never_ends_is_given_up(here: Reading) -> None:
    body = json.dumps({"value": [], "@odata.nextLink": f"{here.server.url}/v1.0/users"})
    here.server.faults.add("users", status=200, body=body, times=None)
    assert here.one(DANA) == CouldNotLook(Unseen.UNREADABLE, "The list does not end.")


def test_an_account_whose_state_is_left_out_is_unreadable(here: Reading) -> None:
    there = {
        "id": "aaaaaaaa-1111-2222-3333-444444444444",
        "userPrincipalName": "dana@example.com",
        "displayName": "Dana",
    }
    for state in ({}, {"accountEnabled": None}, {"accountEnabled": "false"}):
        here.server.faults.clear()
        body = json.dumps({"value": [{**there, **state}]})
        here.server.faults.add("users", status=200, body=body, times=None)
        assert here.one(DANA) == CouldNotLook(Unseen.UNREADABLE)


def test_a_server_of_an_unknown_authority_gets_nothing(here: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    from bot.entra.directory import EntraDirectory
    from bot.entra.tokens import Registration

    source = EntraDirectory(Registration(here.tenant.id, "c", here.server.url, SECRET), here.server.url)
    answer = source.look([DANA], BRIEF)[DANA.id]
    source.close()
    assert isinstance(answer, CouldNotLook)
    assert (answer.why, "certificate" in answer.said.lower()) == (Unseen.UNAVAILABLE, True)
    assert not here.server.calls


def test_only_those_asked_for_and_only_what_is_needed_is_read(here: Reading) -> None:
    here.one(person("dana", "aaaaaaaa-1111-2222-3333-444444444444"))
    assert len(here.server.queries) == 6
    for query in here.server.queries:
        assert "$filter=" in query
        assert "$select=id,userPrincipalName,mail,mailNickname,displayName,accountEnabled,deletedDateTime&" in query


def test_every_address_keeps_to_the_limits_of_graph() -> None:
    names = [f"{'very.' * 20}long.name.{number}" for number in range(15)]
    asked = queries("https://graph.microsoft.com", [person(name) for name in names])
    advanced = [query for query in asked if query.headers]
    assert len(advanced) > 1
    assert all(len(query.url) <= LONGEST_URL for query in advanced)
    assert sum(query.url.count("endsWith") for query in advanced) == 15
    ids = tuple(ExternalId("i", f"aaaaaaaa-1111-2222-3333-{number:012}") for number in range(40))
    many = queries("https://graph.microsoft.com", [replace(person("dana"), scim=True, external_ids=ids)])
    assert all(query.url.count("%2C") < 15 for query in many)


def test_no_secret_is_logged_or_shown(here: Reading, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    here.one(DANA)
    here.server.faults.add("token", status=401, code="invalid_client", message=f"The secret {SECRET} is wrong.")
    here.server.login.revoke_all()
    answer = here.one(DANA)
    assert answer == CouldNotLook(Unseen.REFUSED, "The secret [secret] is wrong.")
    tokens = list(here.server.login.issued)
    assert not [record for record in caplog.records if SECRET in record.getMessage()]
    assert not [record for record in caplog.records for token in tokens if token in record.getMessage()]
    assert SECRET not in repr(vars(here.source))
