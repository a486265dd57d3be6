"""What was found, held against the organization itself. Runs in the simulator's process, which knows it."""

import csv
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


def true_leavers(served: "Served") -> dict[str, int]:
    """How many leavers can get in at all, and by each kind and path; the first also says who is disabled."""
    true = _true_cases(served)
    return {
        "said to be disabled": len(true),
        **_people({(user_id, *way) for user_id, ways in true.items() for way in ways}),
    }


def leavers_told(served: "Served", document: Path) -> dict[str, int]:
    """Of them, those whom `leaverbot scan --json` shows."""
    true, told = _true_cases(served), _told_cases(_read(document))
    found = {(user_id, *way) for user_id, ways in told.items() for way in ways if way in true.get(user_id, ())}
    return {"said to be disabled": len(told), **_people(found)}


def leavers_in_table(served: "Served", document: Path) -> dict[str, int]:
    """Of them, those whom the table of `aws-sso-util admin assignments` shows. It says nothing of who is in a group."""
    rows = csv.DictReader(document.open())
    held = {
        (row["principal_id"], row["target_id"], row["permission_set_arn"])
        for row in rows
        if row["principal_type"] == "USER"
    }
    return {"said to be disabled": 0, **_people(_shown(served, held, {}, set()))}


def leavers_in_graph(served: "Served", document: Path) -> dict[str, int]:
    """Of them, those whom what cartography reads shows."""
    read = _read(document)
    held = {(row["UserId"], row["AccountId"], row["PermissionSetArn"]) for row in read["of_users"]}
    given = {(row["GroupId"], row["AccountId"], row["PermissionSetArn"]) for row in read["of_groups"]}
    disabled = sum(status == "DISABLED" for status in read["users"].values())
    return {"said to be disabled": disabled, **_people(_shown(served, held, read["memberships"], given))}


def _shown(
    served: "Served",
    held: set[tuple[str, str, str]],
    memberships: Mapping[str, Iterable[str]],
    given: set[tuple[str, str, str]],
) -> set[Way]:
    """The true ways in, each with its user, that rows of users and of groups show."""
    account, arn, group = (KEYS.index(name) for name in ("account_id", "permission_set_arn", "group_id"))
    return {
        (user_id, *way)
        for user_id, ways in _true_cases(served).items()
        for way in ways
        if (
            (user_id, way[account], way[arn]) in held
            if way[group] is None
            else way[group] in memberships.get(user_id, ()) and (way[group], way[account], way[arn]) in given
        )
    }


def _people(found: set[Way]) -> dict[str, int]:
    """How many people there are in (user id, way) pairs, by kind and path of the way."""
    counted = {"any way in": len({way[0] for way in found})}
    for kind in KINDS:
        for path in ("direct", "group"):
            counted[f"{kind} {path}"] = len({way[0] for way in found if way[1:3] == (kind, path)})
    return counted


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
