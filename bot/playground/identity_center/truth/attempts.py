"""What happens when somebody tries to get in with a new session, and with one that is still open."""

from collections.abc import Iterable
from typing import Any, TypeVar

from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.records import ACTIVE, RolePlace, RoleSession
from bot.playground.identity_center.truth.verdicts import denied_session, entitled, imagined, session_name_of
from bot.playground.identity_center.truth.ways_in import application_ways, entitlement_ways, ways

Key = TypeVar("Key")


def _verdict(allowed: bool, by: str) -> dict[str, Any]:
    return {"allowed": allowed, "by": by}


def _new_session(org: Estate, user_id: str, place: RolePlace, through: list[str | None]) -> dict[str, Any]:
    user, account = org.user_by_id.get(user_id), org.account_by_id[place[0]]
    if user is None:
        return _verdict(False, "the user is deleted")
    if not through:
        return _verdict(False, "no grant")
    if account.state != ACTIVE:
        return _verdict(False, f"the account is {account.state}")
    policy = denied_session(org, imagined(org, user_id, user.user_name or user_id, place))
    if policy:
        return _verdict(False, policy)
    # A disabled user with an open portal session "can continue to assume new roles until you remove their access"
    # (userguide, revoke-user-permissions); another page says the opposite, so we take the unsafe reading.
    return _verdict(True, _through(org, through))


def _open_session(org: Estate, sessions: list[RoleSession]) -> dict[str, Any] | None:
    """Whether one of these sessions still works. Only expiry, a policy or a closed account stops it."""
    verdict = None
    for session in sessions:
        account = org.account_by_id[session.account_id]
        policy = denied_session(org, session)
        if account.state != ACTIVE:
            verdict = _verdict(False, f"the account is {account.state}")
        elif policy:
            verdict = _verdict(False, policy)
        else:
            return _verdict(True, f"session until {session.expires_at:%Y-%m-%dT%H:%M:%SZ}")
    return verdict


def _through(org: Estate, groups: list[str | None]) -> str:
    return ", ".join(
        "direct assignment" if group is None else f"group {org.group_by_id[group].name}" for group in groups
    )


def _set_name(org: Estate, place: RolePlace, sessions: list[RoleSession]) -> str:
    """The permission set's name. It may have been deleted while a session of it is still open."""
    known = org.permission_set_by_arn.get(place[1])
    return known.name if known is not None else sessions[0].permission_set_name


def _gathered(found: Iterable[tuple[Key, str | None]]) -> dict[Key, list[str | None]]:
    gathered: dict[Key, list[str | None]] = {}
    for what, group_id in found:
        gathered.setdefault(what, []).append(group_id)
    return gathered


def try_to_get_in(org: Estate, user_id: str) -> list[dict[str, Any]]:
    now = org.now()
    through = _gathered(ways(org, user_id))
    held: dict[RolePlace, list[RoleSession]] = {}
    for session in org.sessions:
        if session.user_id == user_id and session.started_at <= now < session.expires_at:
            held.setdefault((session.account_id, session.permission_set_arn), []).append(session)
    rows = [
        {
            "kind": "account",
            "account_id": place[0],
            "account_name": org.account_by_id[place[0]].name,
            "permission_set_name": _set_name(org, place, held.get(place, [])),
            "new_session": _new_session(org, user_id, place, through.get(place, [])),
            "open_session": _open_session(org, held.get(place, [])),
        }
        for place in [*through, *(place for place in held if place not in through)]
    ]
    return [*rows, *_roles(org, user_id), *_applications(org, user_id)]


def _roles(org: Estate, user_id: str) -> list[dict[str, Any]]:
    """The ordinary roles the user is entitled to; their rows name the role in place of a permission set."""
    rows = []
    for entitlement_id, groups in _gathered(entitlement_ways(org, user_id)).items():
        role_arn = org.entitlement_by_id[entitlement_id].role_arn
        account = org.account_by_id[org.entitlement_by_id[entitlement_id].account_id]
        policy = denied_session(org, entitled(org, user_id, session_name_of(org, user_id), entitlement_id))
        verdict = _verdict(True, _through(org, groups))
        if account.state != ACTIVE or policy:
            verdict = _verdict(False, policy or f"the account is {account.state}")
        rows.append(
            {
                "kind": "entitlement",
                "account_id": account.id,
                "account_name": account.name,
                "permission_set_name": role_arn.partition(":role/")[2],
                "new_session": verdict,
                "open_session": None,
            }
        )
    return rows


def _applications(org: Estate, user_id: str) -> list[dict[str, Any]]:
    """Applications: no policy reaches them. A disabled one lets nobody in."""
    return [
        {
            "kind": "application",
            "account_id": None,
            "account_name": None,
            "permission_set_name": org.application_by_arn[arn].name,
            "new_session": _verdict(True, _through(org, groups))
            if org.application_by_arn[arn].enabled
            else _verdict(False, "the application is disabled"),
            "open_session": None,
        }
        for arn, groups in _gathered(application_ways(org, user_id)).items()
    ]
