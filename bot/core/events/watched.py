"""Which of AWS's events leaverbot uses: whom each is about, what it says, and their EventBridge pattern."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.core.events.subjects import Says

# The source of what the company directory does, as in `Event.source`.
SCIM = "identitystore-scim"


class Whom(StrEnum):
    """How events of one name identify their user or group."""

    USER = "user"
    PRINCIPAL = "principal"  # a user or a group
    NOBODY = "nobody"  # some group was changed, and nothing says who was put in or taken out


# What each event says of them, by source and name. Sources: docs/facts.md#event-names.
NAMED: Mapping[str, Mapping[str, tuple[Whom, Says]]] = {
    "sso-directory": {
        "DisableUser": (Whom.USER, Says.DISABLED),
        "EnableUser": (Whom.USER, Says.ENABLED),
        "DeleteUser": (Whom.USER, Says.DELETED),
        "AddMemberToGroup": (Whom.USER, Says.ACCESS),
    },
    SCIM: {
        "PatchUser": (Whom.USER, Says.CHANGED),
        "PutUser": (Whom.USER, Says.CHANGED),
        "DeleteUser": (Whom.USER, Says.DELETED),
        "PatchGroup": (Whom.NOBODY, Says.CHANGED),
    },
    "identitystore": {
        "UpdateUser": (Whom.USER, Says.CHANGED),
        "DeleteUser": (Whom.USER, Says.DELETED),
        "CreateGroupMembership": (Whom.USER, Says.ACCESS),
    },
    "sso": {
        "CreateAccountAssignment": (Whom.PRINCIPAL, Says.ACCESS),
        "CreateApplicationAssignment": (Whom.PRINCIPAL, Says.ACCESS),
    },
    "account-access": {"CreateEntitlement": (Whom.PRINCIPAL, Says.ACCESS)},
}
# The events that count: the names by `eventSource`.
WATCHED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {f"{source}.amazonaws.com": tuple(names) for source, names in NAMED.items()}
)
# The only `detail-type` of EventBridge that carries records of CloudTrail.
DETAIL_TYPE = "AWS API Call via CloudTrail"


def event_pattern() -> Mapping[str, Any]:
    """The pattern of the rule (docs/facts.md#event-delivery).

    `source` is left out, because nobody documents SCIM's. Refused calls changed nothing, so they are left out, too. A
    source with another one's event name matches as well, which costs a message and nothing else.
    """
    names = sorted({name for names in WATCHED.values() for name in names})
    return {
        "detail-type": [DETAIL_TYPE],
        "detail": {"eventSource": sorted(WATCHED), "eventName": names, "errorCode": [{"exists": False}]},
    }
