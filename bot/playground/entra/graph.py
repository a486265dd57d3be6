"""Graph v1.0's lists of users and of deleted users.

From learn.microsoft.com: "List users", "List deletedItems (directory objects)", "user resource type" and "Paging
Microsoft Graph data in your app".
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote

from bot.playground.entra.answers import GraphError
from bot.playground.entra.filters import parse
from bot.playground.entra.login import Login
from bot.playground.entra.tenant import READ_USERS, Account, Tenant

USERS, DELETED = "/v1.0/users", "/v1.0/directory/deletedItems/microsoft.graph.user"
OPERATIONS = {USERS: "users", DELETED: "deletedItems"}
# The longest address with advanced query parameters.
LONGEST_URL = 2048
_PARAMETERS = {"$select", "$filter", "$top", "$count", "$skiptoken"}
_DEFAULT = ("displayName", "givenName", "id", "mail", "surname", "userPrincipalName")
_PROPERTIES: dict[str, Callable[[Account], Any]] = {
    "id": lambda one: one.id,
    "userPrincipalName": lambda one: one.user_principal_name,
    "displayName": lambda one: one.display_name or None,
    "mail": lambda one: one.mail,
    "mailNickname": lambda one: one.mail_nickname or None,
    "accountEnabled": lambda one: one.enabled,
    "deletedDateTime": lambda one: f"{one.deleted_at:%Y-%m-%dT%H:%M:%SZ}" if one.deleted_at else None,
    "givenName": lambda _: None,
    "surname": lambda _: None,
}


@dataclass(slots=True)
class Graph:
    """`page`: how many accounts a page holds at most, whatever `$top` asks for."""

    tenant: Tenant
    login: Login
    url: str
    page: int = 999
    _rest: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def get(self, path: str, query: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """The page that this request asks for. Raises GraphError."""
        self._check_token(headers.get("authorization", ""))
        if path not in OPERATIONS:
            raise GraphError(400, "BadRequest", f"Resource not found for the segment '{path.rpartition('/')[2]}'.")
        asked = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
        if unknown := set(asked) - _PARAMETERS:
            raise GraphError(400, "BadRequest", f"The query parameter '{min(unknown)}' is not supported.")
        eventual = headers.get("consistencylevel", "").lower() == "eventual"
        advanced = eventual and asked.get("$count") == "true"
        if advanced and len(f"{self.url}{path}?{query}") > LONGEST_URL:
            raise GraphError(414, "UriTooLong", "The address is too long.")
        token = asked.get("$skiptoken")
        if token is not None and token not in self._rest:
            raise GraphError(400, "Directory_ExpiredPageToken", "The specified page token value has expired.")
        found = self._rest.pop(token) if token is not None else self._found(path, asked, advanced=advanced)
        return self._page(path, query, found, _top(asked))

    def _found(self, path: str, asked: Mapping[str, str], *, advanced: bool) -> list[dict[str, Any]]:
        names = _selected(asked.get("$select"))
        clauses = parse(asked["$filter"], advanced=advanced) if "$filter" in asked else None
        with self.tenant.lock:
            accounts = list((self.tenant.accounts if path == USERS else self.tenant.deleted).values())
        wanted = [one for one in accounts if clauses is None or any(clause.holds(one) for clause in clauses)]
        return [{name: _PROPERTIES[name](one) for name in names} for one in wanted]

    def _page(self, path: str, query: str, found: list[dict[str, Any]], top: int) -> dict[str, Any]:
        size = min(top, self.page)
        answer: dict[str, Any] = {"@odata.context": f"{self.url}/v1.0/$metadata#users", "value": found[:size]}
        if found[size:]:
            token = secrets.token_urlsafe(16)
            self._rest[token] = found[size:]
            kept = "&".join(part for part in query.split("&") if not part.startswith(("$skiptoken", "%24skiptoken")))
            answer["@odata.nextLink"] = f"{self.url}{path}?{kept}&$skiptoken={quote(token)}"
        return answer

    def _check_token(self, header: str) -> None:
        scheme, _, token = header.partition(" ")
        client_id, until = self.login.issued.get(token, ("", None))
        if scheme != "Bearer" or not token:
            raise GraphError(401, "InvalidAuthenticationToken", "Access token is empty.")
        if until is None:
            raise GraphError(
                401, "InvalidAuthenticationToken", "CompactToken validation failed with reason code: 80049217."
            )
        if until <= self.tenant.now():
            message = "Lifetime validation failed, the token is expired."
            raise GraphError(401, "InvalidAuthenticationToken", message)
        if READ_USERS not in self.tenant.applications[client_id].permissions:
            message = "Insufficient privileges to complete the operation."
            raise GraphError(403, "Authorization_RequestDenied", message)


def _selected(text: str | None) -> tuple[str, ...]:
    names = tuple(text.split(",")) if text is not None else _DEFAULT
    for name in names:
        if name not in _PROPERTIES:
            message = f"Could not find a property named '{name}' on type 'microsoft.graph.user'."
            raise GraphError(400, "BadRequest", f"Parsing OData Select and Expand failed: {message}")
    return names


def _top(asked: Mapping[str, str]) -> int:
    top = asked.get("$top", "100")
    if not top.isdecimal() or not 1 <= int(top) <= 999:
        raise GraphError(
            400, "BadRequest", f"Invalid page size specified: '{top}'. Must be between 1 and 999 inclusive."
        )
    return int(top)
