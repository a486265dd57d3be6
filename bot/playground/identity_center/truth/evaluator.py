"""Does a policy deny this request? Written from IAM's rules for conditions, for one purpose: full denies.

A statement counts if it denies every action on every resource; a narrower one leaves a way in.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache

from bot.playground.identity_center.changes.policy_texts import statements_of, texts

Context = Mapping[str, str]  # condition key in lower case -> the request's value

_VARIABLE = re.compile(r"\$\{([^}]+)\}")


@lru_cache(maxsize=512)
def _parsed(content: str) -> tuple[tuple[tuple[str, str, tuple[str, ...]], ...], ...]:
    """The full denies of a policy: each a list of (operator, key, values) that must all hold."""
    found = []
    for statement in statements_of(content):
        if statement.get("Effect") != "Deny" or not _covers_everything(statement):
            continue
        conditions = tuple(
            (operator, key.lower(), tuple(texts(values)))
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
        found.append(conditions)
    return tuple(found)


def _covers_everything(statement: Mapping[str, object]) -> bool:
    actions, resources = statement.get("Action"), statement.get("Resource")
    every_action = actions is not None and any(action in {"*", "*:*"} for action in texts(actions))
    return every_action and resources is not None and "*" in texts(resources)


def denies_everything(content: str, context: Context) -> bool:
    """Whether the policy denies all actions to a request with this context."""
    return any(
        all(_holds(operator, key, values, context) for operator, key, values in conditions)
        for conditions in _parsed(content)
    )


@lru_cache(maxsize=512)
def allows_something(content: str) -> bool:
    """Whether the policy has a statement that allows anything at all, on whatever condition."""
    return any(statement.get("Effect") == "Allow" for statement in statements_of(content))


def has_full_denies(content: str) -> bool:
    """Whether the policy can deny everything to anybody."""
    return bool(_parsed(content))


def named_users(content: str) -> set[str]:
    """The values a policy's denies compare user keys with (`identitystore:userId`, `aws:userid`)."""
    return {
        value
        for conditions in _parsed(content)
        for _operator, key, values in conditions
        if key in {"identitystore:userid", "aws:userid"}
        for value in values
    }


def _holds(operator: str, key: str, values: tuple[str, ...], context: Context) -> bool:
    quantifier, _, base = operator.rpartition(":")
    if_exists = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    given = context.get(key)
    if base == "Null":
        return (given is None) == (values[0] == "true")
    if given is None:
        # A missing key makes a condition false, except: …IfExists, negated operators, ForAllValues.
        return if_exists or "Not" in base or quantifier == "ForAllValues"
    negated = "Not" in base
    compare = _COMPARE[base.replace("Not", "", 1)]
    matched = any(compare(given, _filled_in(value, context)) for value in values)
    return matched != negated


def _filled_in(value: str, context: Context) -> str:
    """The value with its policy variables replaced; an unknown variable never matches."""

    def replacement(found: re.Match[str]) -> str:
        name, _, default = found[1].partition(",")
        if name in {"*", "?", "$"}:
            return f"\\{name}"
        known = context.get(name.strip().lower())
        return known if known is not None else default.strip(" '") or "\0"

    return _VARIABLE.sub(replacement, value) if "${" in value else value


@lru_cache(maxsize=4096)
def _wildcard(pattern: str) -> re.Pattern[str]:
    parts = re.findall(r"\\[*?$]|.", pattern, re.DOTALL)
    return re.compile(
        "".join({"*": ".*", "?": "."}.get(part, re.escape(part.removeprefix("\\") or part)) for part in parts),
        re.DOTALL,
    )


def _like(given: str, pattern: str) -> bool:
    return _wildcard(pattern).fullmatch(given) is not None


def _arn_like(given: str, pattern: str) -> bool:
    """The six parts are compared one by one; a wildcard does not cross a colon, except in the last part."""
    ours, theirs = given.split(":", 5), pattern.split(":", 5)
    return len(ours) == len(theirs) == 6 and all(map(_like, ours, theirs))


def _plain(value: str) -> str:
    return re.sub(r"\\([*?$])", r"\1", value)


def _number(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda given, value: compare(float(given), float(value))


def _moment(compare: Callable[[datetime, datetime], bool]) -> Callable[[str, str], bool]:
    return lambda given, value: compare(datetime.fromisoformat(given), datetime.fromisoformat(value))


_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda given, value: given == _plain(value),
    "StringEqualsIgnoreCase": lambda given, value: given.casefold() == _plain(value).casefold(),
    "StringLike": _like,
    "ArnEquals": _arn_like,  # ArnEquals and ArnLike behave alike (IAM userguide, reference policies elements)
    "ArnLike": _arn_like,
    "Bool": lambda given, value: given.lower() == value.lower(),
    "BinaryEquals": lambda given, value: given == value,
    "IpAddress": lambda given, value: given == value,
    "NumericEquals": _number(lambda one, other: one == other),
    "NumericLessThan": _number(lambda one, other: one < other),
    "NumericLessThanEquals": _number(lambda one, other: one <= other),
    "NumericGreaterThan": _number(lambda one, other: one > other),
    "NumericGreaterThanEquals": _number(lambda one, other: one >= other),
    "DateEquals": _moment(lambda one, other: one == other),
    "DateLessThan": _moment(lambda one, other: one < other),
    "DateLessThanEquals": _moment(lambda one, other: one <= other),
    "DateGreaterThan": _moment(lambda one, other: one > other),
    "DateGreaterThanEquals": _moment(lambda one, other: one >= other),
}
