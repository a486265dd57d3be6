"""Records of CloudTrail as AWS sends them (docs/facts.md#event-names), and EventBridge's envelope around them."""

import itertools
import uuid
from datetime import datetime
from typing import Any

from bot.core.events.subjects import Home

HOME = Home(
    "d-1234567890", "arn:aws:sso:::instance/ssoins-1234567890abcdef", frozenset({"111111111111", "222222222222"})
)
_numbers = itertools.count(1)


def record(source: str, name: str, at: datetime | None = None, /, **more: Any) -> dict[str, Any]:
    """A bare record. `more`: its other fields, by name."""
    made = {
        "eventVersion": "1.10",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "eventID": str(uuid.UUID(int=next(_numbers))),
        "awsRegion": "eu-central-1",
        "recipientAccountId": "111111111111",
        "readOnly": False,
        "requestParameters": None,
        "responseElements": None,
    }
    if at:
        made["eventTime"] = at.isoformat().replace("+00:00", "Z")
    return made | more


def envelope(detail: Any) -> dict[str, Any]:
    """As EventBridge sends it."""
    return {"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.sso", "detail": detail}


def console(name: str, user_id: str, at: datetime | None = None, *, store: str = HOME.identity_store_id) -> Any:
    """Somebody pressed a button in AWS's console."""
    return envelope(record("sso-directory", name, at, requestParameters={"identityStoreId": store, "userId": user_id}))


def scim(name: str, user_id: str, active: Any = None, at: datetime | None = None) -> Any:
    """The company's directory told Identity Center. `active`: the value it sets, if any."""
    operations = [] if active is None else [{"op": "replace", "path": "active", "value": active}]
    parameters = {"httpBody": {"operations": operations}, "tenantId": "t-1", "id": user_id}
    return envelope(record("identitystore-scim", name, at, requestParameters=parameters))


def assigned(kind: str, principal_id: str, at: datetime | None = None) -> Any:
    """Somebody gave a user or group ("USER", "GROUP") access to an account."""
    parameters = {"instanceArn": HOME.instance_arn, "principalType": kind, "principalId": principal_id}
    return envelope(record("sso", "CreateAccountAssignment", at, requestParameters=parameters))
