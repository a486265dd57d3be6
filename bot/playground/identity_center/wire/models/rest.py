"""The REST protocol of newer services (rest-json): which operation a request means, and where its members are."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.model import OperationModel

from bot.playground.identity_center.state.errors import AwsError


@dataclass(frozen=True, slots=True)
class Route:
    """One operation and where its model puts it on the wire."""

    operation: str  # "account-access.DeleteEntitlement"
    method: str
    path: re.Pattern[str]
    query: dict[str, str]  # name on the wire -> member
    has_body: bool
    status: int  # of a successful answer


def route(service: str, operation: OperationModel) -> Route:
    shape = operation.input_shape
    members = shape.members if shape else {}
    by_wire = {
        (member.serialization.get("location"), member.serialization.get("name", name)): name
        for name, member in members.items()
    }
    template = re.escape(operation.http["requestUri"])
    pattern = re.sub(r"\\\{(\w+)\\\}", lambda found: f"(?P<{by_wire['uri', found[1]]}>[^/]+)", template)
    return Route(
        operation=f"{service}.{operation.name}",
        method=operation.http["method"],
        path=re.compile(pattern),
        query={wire: name for (location, wire), name in by_wire.items() if location == "querystring"},
        has_body=any("location" not in member.serialization for member in members.values()),
        status=int(operation.http.get("responseCode", 200)),
    )


def find(routes: Iterable[Route], method: str, path: str) -> Route | None:
    bare = path.partition("?")[0]
    return next((one for one in routes if one.method == method and one.path.fullmatch(bare)), None)


def parameters(one: Route, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """The members of the request, wherever they were.

    Raises AwsError SerializationException for a bad body, ValidationException for an unknown query parameter.
    """
    bare, _, query = path.partition("?")
    found = one.path.fullmatch(bare)
    given: dict[str, Any] = {name: unquote(text) for name, text in (found.groupdict() if found else {}).items()}
    for wire, text in parse_qsl(query, keep_blank_values=True):
        if wire not in one.query:
            raise AwsError("ValidationException", f"'{wire}' is not a parameter of {one.operation}", complaint=True)
        given[one.query[wire]] = text
    if not one.has_body:
        return given
    if headers.get("content-type") != "application/json":
        raise AwsError("SerializationException", "The content type is not JSON.", complaint=True)
    try:
        members = json.loads(body or b"{}")
    except ValueError:
        members = None
    if not isinstance(members, dict):
        raise AwsError("SerializationException", "The body is not a JSON object.", complaint=True)
    return members | given
