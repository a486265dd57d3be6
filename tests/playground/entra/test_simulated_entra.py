"""The simulated tenant is as strict as Microsoft documents: what it refuses, it refuses as Graph and the login do."""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from bot.playground.entra import EntraServer, Tenant
from bot.playground.entra.tenant import READ_USERS
from bot.playground.identity_center import Organization

SECRET = "the-secret"
GRAPH = "https://graph.example"


class Client:
    """What a client sends, with nothing of ours."""

    def __init__(self, server: EntraServer, client_id: str) -> None:
        self.server, self.client_id = server, client_id
        self._context = ssl.create_default_context(cafile=str(server.ca_file))
        self.token = ""

    def send(self, target: str, data: bytes | None = None, **headers: str) -> tuple[int, dict[str, Any], Any]:
        request = urllib.request.Request(f"{self.server.url}{target}", data, headers)
        try:
            with urllib.request.urlopen(request, context=self._context, timeout=5) as answer:
                return answer.status, json.loads(answer.read()), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read()), error.headers

    def ask_for_token(self, **changes: str) -> tuple[int, dict[str, Any]]:
        tenant = changes.pop("tenant", self.server.tenant.id)
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": SECRET,
            "scope": f"{self.server.url}/.default",
            **changes,
        }
        body = urlencode({name: value for name, value in form.items() if value}).encode()
        status, document, _ = self.send(f"/{tenant}/oauth2/v2.0/token", body)
        return status, document

    def users(self, query: str = "", path: str = "users", *, eventual: bool = False) -> tuple[int, dict[str, Any], Any]:
        self.token = self.token or self.ask_for_token()[1]["access_token"]
        headers = {"Authorization": f"Bearer {self.token}", **({"ConsistencyLevel": "eventual"} if eventual else {})}
        return self.send(f"/v1.0/{path}?{query}", **headers)


@pytest.fixture
def client() -> Iterator[Client]:
    tenant = Tenant()
    application = tenant.add_application(SECRET)
    with EntraServer(tenant) as server:
        yield Client(server, application.client_id)


def names(document: dict[str, Any]) -> list[str]:
    return [one["userPrincipalName"] for one in document["value"]]


def test_only_who_trusts_its_authority_can_talk_to_it(client: Client) -> None:
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(client.server.url, timeout=5)


def test_the_discovery_leads_to_the_token_endpoint(client: Client) -> None:
    tenant = client.server.tenant.id
    status, document, _ = client.send(f"/{tenant}/v2.0/.well-known/openid-configuration")
    assert (status, document["token_endpoint"]) == (200, f"{client.server.url}/{tenant}/oauth2/v2.0/token")
    assert client.send("/nobody/v2.0/.well-known/openid-configuration")[1]["error_codes"] == [90002]


@pytest.mark.parametrize(
    ("changes", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": ""}, 401, "invalid_client", 7000218),
        ({"client_id": "11111111-2222-4333-8444-555555555555"}, 400, "unauthorized_client", 700016),
        ({"scope": "https://graph.microsoft.com/User.Read"}, 400, "invalid_scope", 1002012),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"tenant": "nobody"}, 400, "invalid_tenant", 90002),
        ({"client_assertion": "nonsense", "client_assertion_type": "x"}, 400, "invalid_request", 50027),
    ],
)
def test_a_token_is_refused_in_the_form_of_microsofts_errors(
    client: Client, changes: dict[str, str], status: int, error: str, number: int
) -> None:
    got, document = client.ask_for_token(**changes)
    assert (got, document["error"], document["error_codes"]) == (status, error, [number])
    assert document["error_description"].startswith(f"AADSTS{number}: ")
    assert " Trace ID: " in document["error_description"]


def test_a_token_is_good_until_it_is_over() -> None:
    at = datetime(2026, 11, 14, tzinfo=UTC)
    tenant = Tenant(now=lambda: at, token_seconds=100)
    application = tenant.add_application(SECRET)
    with EntraServer(tenant) as server:
        client = Client(server, application.client_id)
        assert client.users()[0] == 200
        tenant.now = lambda: at + timedelta(seconds=100)
        status, document, _ = client.users()
        assert (status, document["error"]["code"]) == (401, "InvalidAuthenticationToken")


def test_without_the_permission_nothing_is_told(client: Client) -> None:
    for application in client.server.tenant.applications.values():
        application.permissions.discard(READ_USERS)
    status, document, _ = client.users()
    assert (status, document["error"]["code"]) == (403, "Authorization_RequestDenied")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("$select=id,shoeSize", "BadRequest"),
        ("$orderby=id", "BadRequest"),
        ("$top=1000", "BadRequest"),
        ("$top=none", "BadRequest"),
        (f"$filter={quote('shoeSize eq %271%27', safe='%')}", "Request_UnsupportedQuery"),
        (f"$filter={quote('mail eq x')}", "BadRequest"),
        (f"$filter={quote('mail eq')}", "BadRequest"),
        (f"$filter={quote(chr(34) + 'x')}", "BadRequest"),
        (f"$filter={quote('id in (%27x%27)', safe='%')}", "Request_BadRequest"),
        (f"$filter={quote(chr(39).join(['mail eq ', 'it', 's', '']))}", "BadRequest"),
        ("$filter=endsWith(mail,%27x%27)", "Request_UnsupportedQuery"),
        ("$filter=mail%20in%20(" + ",".join(["%27x%27"] * 16) + ")", "Request_UnsupportedQuery"),
        ("$skiptoken=made-up", "Directory_ExpiredPageToken"),
    ],
)
def test_a_query_that_graph_does_not_take_is_refused_and_complained_about(
    client: Client, query: str, code: str
) -> None:
    status, document, _ = client.users(query)
    assert (status, document["error"]["code"]) == (400, code), document
    assert len(client.server.complaints) == 1


def test_a_quote_in_a_text_is_doubled(client: Client) -> None:
    client.server.tenant.add_user("o'neil@example.com")
    assert names(client.users("$filter=userPrincipalName%20eq%20%27O%27%27Neil@example.com%27")[1]) == [
        "o'neil@example.com"
    ]


def test_ends_with_needs_the_header_and_the_count(client: Client) -> None:
    client.server.tenant.delete(client.server.tenant.add_user("dana@example.com"))
    query, path = (
        "$filter=endsWith(userPrincipalName,%27dana@example.com%27)",
        "directory/deletedItems/microsoft.graph.user",
    )
    assert client.users(query, path, eventual=True)[0] == 400
    assert client.users(f"$count=true&{query}", path)[0] == 400
    status, document, _ = client.users(f"$count=true&{query}", path, eventual=True)
    assert (status, len(document["value"])) == (200, 1)
    assert client.users(f"$count=true&{query}&$select={'id,' * 700}id", path, eventual=True)[0] == 414


def test_a_deleted_account_has_its_id_in_front_of_its_name_until_it_is_restored(client: Client) -> None:
    tenant = client.server.tenant
    dana = tenant.add_user("dana@example.com")
    tenant.delete(dana)
    path, select = "directory/deletedItems/microsoft.graph.user", "$select=userPrincipalName,deletedDateTime"
    (deleted,) = client.users(select, path)[1]["value"]
    assert deleted["userPrincipalName"] == f"{dana.replace('-', '')}dana@example.com"
    assert datetime.fromisoformat(deleted["deletedDateTime"]).tzinfo is not None
    assert names(client.users()[1]) == []
    tenant.restore(dana)
    assert names(client.users()[1]) == ["dana@example.com"]


def test_a_list_has_as_many_pages_as_it_takes_and_each_leads_to_the_next(client: Client) -> None:
    added = [f"user{number}@example.com" for number in range(7)]
    for name in added:
        client.server.tenant.add_user(name)
    found: list[str] = []
    query: str | None = "$top=3&$select=userPrincipalName"
    while query is not None:
        document = client.users(query)[1]
        assert len(document["value"]) <= 3
        found += names(document)
        query = document.get("@odata.nextLink", "?").partition("?")[2] or None
    assert found == added


def test_a_fault_says_when_to_come_back_and_is_over(client: Client) -> None:
    client.server.faults.add("users", status=429, code="TooManyRequests", retry_after=7)
    status, document, headers = client.users()
    assert (status, document["error"]["code"], headers["Retry-After"]) == (429, "TooManyRequests", "7")
    assert client.users()[0] == 200
    with pytest.raises(ValueError, match="no operation"):
        client.server.faults.add("groups")


def test_an_address_that_does_not_exist_is_a_complaint(client: Client) -> None:
    assert client.send("/beta/users")[0] == 404
    assert client.server.complaints == ["GET /beta/users"]


def test_a_tenant_mirrors_the_users_it_provisioned() -> None:
    org, tenant = Organization(seed=4), Tenant()
    dana, sam = org.add_user("dana@example.com", "Dana", "dana@example.com"), org.add_user("sam@example.com")
    org.add_user("local@example.com", scim=False)
    org.set_status(sam, "DISABLED")
    ids = tenant.mirror(org.users())
    assert set(ids) == {dana, sam}
    assert tenant.accounts[ids[dana]].mail == "dana@example.com"
    assert (tenant.accounts[ids[dana]].enabled, tenant.accounts[ids[sam]].enabled) == (True, False)
    with pytest.raises(ValueError, match="somebody is called"):
        tenant.mirror(org.users())
