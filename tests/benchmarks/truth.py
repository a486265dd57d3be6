"""What was found, held against the organization itself. Runs in the simulator's process, which knows it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.benchmarks.serving import Served

DEAD = {"SUSPENDED", "PENDING_CLOSURE", "CLOSED"}
KINDS = ("account", "application", "entitlement")
# What a grant is; its session length and how much it allows are the bot's own reckoning.
KEYS = (
    "kind",
    "path",
    "group_id",
    "group_name",
    "account_id",
    "account_name",
    "account_status",
    "permission_set_arn",
    "permission_set_name",
    "application_arn",
    "entitlement_id",
    "role_arn",
)
Way = tuple[Any, ...]


def judge_scan(served: "Served", document: Path) -> dict[str, Any]:
    """What the document of `leaverbot scan --json` says of itself, and how many of its cases are not the truth."""
    told = _read(document)
    true, found = _true_cases(served), _told_cases(told)
    wrong = [user_id for user_id in true.keys() | found.keys() if true.get(user_id) != found.get(user_id)]
    return {
        "scan": told.get("scan", {}),
        "cases": len(told.get("cases", [])),
        "true_cases": len(true),
        "wrong": len(wrong) + len(told.get("cases", [])) - len(found),
    }


def true_ways(served: "Served") -> dict[str, int]:
    """How many ways in the leavers have together, by kind and path."""
    return _counted(way for ways in _true_cases(served).values() for way in ways)


def ways_told(served: "Served", document: Path) -> dict[str, int]:
    """How many of them `leaverbot scan --json` shows."""
    true = _true_cases(served)
    told = _told_cases(_read(document))
    return _counted(way for user_id, ways in told.items() for way in ways if way in true.get(user_id, ()))


def ways_listed(served: "Served", document: Path) -> dict[str, int]:
    """How many of them a list of account assignments shows to somebody who knows from elsewhere who left.

    A row of a group names the group only, so it does not show whose way in it is.
    """
    listed = {tuple(row[1:]) for row in _read(document)["rows"] if row[0] == "USER"}
    account, arn, group = (KEYS.index(name) for name in ("account_id", "permission_set_arn", "group_id"))
    true = _true_cases(served)
    return _counted(
        way
        for user_id, ways in true.items()
        for way in ways
        if way[group] is None and (user_id, way[account], way[arn]) in listed
    )


def _counted(ways: Iterable[Way]) -> dict[str, int]:
    counted = {f"{kind} {path}": 0 for kind in KINDS for path in ("direct", "group")}
    for way in ways:
        counted[f"{way[0]} {way[1]}"] += 1
    return counted


def _read(document: Path) -> dict[str, Any]:
    text = document.read_text()
    return dict(json.loads(text)) if text else {}


def _told_cases(told: Mapping[str, Any]) -> dict[str, list[Way]]:
    return {case["user"]["id"]: _in_order(case["grants"]) for case in told.get("cases", [])}


def _true_cases(served: "Served") -> dict[str, list[Way]]:
    """By user id: every way in of each disabled user who has one that can be used now."""
    org = served.org
    leavers = [user.id for user in org.users() if user.status == "DISABLED"]
    ways = {user_id: org.truth(user_id) for user_id in leavers}
    return {
        user_id: _in_order(held)
        for user_id, held in ways.items()
        if any(way["account_status"] not in DEAD for way in held)
    }


def _in_order(ways: Iterable[Mapping[str, Any]]) -> list[Way]:
    return sorted((tuple(way[key] for key in KEYS) for way in ways), key=str)
