"""The text of a deny document: which statements are ours, the text with ours rewritten, its quota.

What is not ours is cut out of the text and put back byte for byte, never rebuilt from the parsed form.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from bot.core.errors import DenyDocumentInvalid

SID = "LeaverbotEmergencyDeny"
SID_BY_NAME = "LeaverbotEmergencyDenyByName"
# Every role that a permission set creates, in every partition and region (docs/facts.md#role-names).
ROLES = "arn:*:iam::*:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_*"
# The document of a permission set that has no inline policy yet.
EMPTY = '{"Version":"2012-10-17","Statement":[]}'
# The quota of a service control policy; white space counts (docs/facts.md#scp-size).
MAX_CHARACTERS = 10_240
# The quotas of a permission set's inline policy, without and with white space (docs/facts.md#inline-size).
MAX_INLINE_CHARACTERS = 10_240
MAX_INLINE_BYTES = 32_768
# A policy nests about half a dozen levels; a text with far more is no policy, and would overflow the parser's stack.
MAX_NESTING = 50

_BETWEEN = re.compile(r"[ \t\n\r,:]*")
_SESSION_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{2,64}")


class DocumentKind(StrEnum):
    """A service control policy, or the inline policy of a permission set."""

    SCP = "scp"
    INLINE = "inline"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as it is. `ours`: the Sid if it is ours, None if not; `values`: what ours names."""

    text: str
    ours: str | None = None
    values: tuple[str, ...] = ()
    # As parsed; for other people's statements only the text is used.
    value: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A policy's text in pieces: what comes before the statements, the statements, and what comes after."""

    head: str
    statements: tuple[Statement, ...]
    tail: str

    @property
    def others(self) -> tuple[str, ...]:
        return tuple(statement.text for statement in self.statements if statement.ours is None)

    def values(self, ours: str) -> tuple[str, ...]:
        """Everything that our statements of this form name, in order."""
        return tuple(value for statement in self.statements if statement.ours == ours for value in statement.values)

    def naming(self, ids: Sequence[str] | str, names: Sequence[str]) -> str:
        """The text with ours naming exactly these; with no ids (or placeholder), or no names, that statement is left
        out.

        The first of our statements of each form names everybody, and keeps its place.
        """
        first = next((statement.value for statement in self.statements if statement.ours == SID), None)
        ours = {SID: _by_id(ids, first) if ids else "", SID_BY_NAME: minified(by_name_form(names)) if names else ""}
        texts = [item.text if item.ours is None else ours.pop(item.ours, "") for item in self.statements]
        return f"{self.head}[{','.join(filter(None, [*texts, *ours.values()]))}]{self.tail}"


# A round of denies looks at the same few texts for each of its users.
@lru_cache(maxsize=32)
def read(text: str) -> Document:
    """The document in pieces. Raises DenyDocumentInvalid for no policy, or one with our Sid on a different
    statement.
    """
    _check_readable(text)
    parts = _parts(text.strip(" \t\n\r"))
    members = list(zip(parts[::2], parts[1::2], strict=True))
    at = next(number for number, (key, _) in enumerate(members) if key[1] == "Statement")
    (statement_key, _), (found, value) = members[at]
    head = "{" + "".join(f"{key}:{value}," for (key, _), (value, _) in members[:at]) + f"{statement_key}:"
    tail = "".join(f",{key}:{value}" for (key, _), (value, _) in members[at + 1 :]) + "}"
    statements = _parts(found) if isinstance(value, list) else [(found, value)]
    return Document(head, tuple(_statement(*statement) for statement in statements), tail)


def sizes(text: str, kind: DocumentKind) -> tuple[tuple[int, int, str], ...]:
    """How much of each quota the text takes: its size, the limit, the unit."""
    if kind is DocumentKind.SCP:
        return ((len(text), MAX_CHARACTERS, "characters"),)
    dense = len(re.sub(r"[ \t\n\r]", "", text))
    return (
        (dense, MAX_INLINE_CHARACTERS, "characters without white space"),
        (len(text.encode()), MAX_INLINE_BYTES, "bytes"),
    )


def by_name(user_name: str) -> bool:
    """Whether a role session can carry this name, so that a statement can match it (docs/facts.md#session-names)."""
    return _SESSION_NAME.fullmatch(user_name) is not None


def only_itself(user_name: str) -> bool:
    """Whether this name as a pattern matches only itself: no wildcard, no policy variable, nothing unprintable."""
    return (
        bool(user_name)
        and not set("*?") & set(user_name)
        and "${" not in user_name
        and not any(unicodedata.category(character) in {"Cc", "Cs"} for character in user_name)
    )


def by_name_form(names: Sequence[str]) -> dict[str, Any]:
    """Our second statement, in its only form."""
    condition = {"StringLike": {"aws:userid": [f"*:{name}" for name in names]}, "ArnLike": {"aws:PrincipalArn": ROLES}}
    return {"Sid": SID_BY_NAME, "Effect": "Deny", "Action": ["*"], "Resource": "*", "Condition": condition}


def minified(value: Any) -> str:
    """JSON without white space, escaped: an inline policy takes no character above U+00FF (its botocore pattern)."""
    return json.dumps(value, separators=(",", ":"))


def _by_id(ids: Sequence[str] | str, first: Mapping[str, Any] | None) -> str:
    """Our first statement, spelled as an admin may have spelled it."""
    statement = first or {"Sid": SID, "Effect": "Deny", "Action": ["*"], "Resource": "*"}
    key = next(iter(first["Condition"]["StringEquals"])) if first else "identitystore:userId"
    return minified({**statement, "Condition": {"StringEquals": {key: ids}}})


def _statement(text: str, value: Any) -> Statement:
    if not isinstance(value, dict):
        raise DenyDocumentInvalid("The policy has a statement that is not an object.")
    sid, ids, names = value.get("Sid"), _ids_in(value), _names_in(value)
    if (sid == SID and ids is None) or (sid == SID_BY_NAME and names is None):
        raise DenyDocumentInvalid(
            f"The statement {sid} in the policy was changed by hand and no longer has leaverbot's form. "
            "Put it back as docs/emergency-deny.md shows it, or give it another Sid."
        )
    if names is not None:
        return Statement(text, SID_BY_NAME, names, value)
    return Statement(text, SID, ids, value) if ids is not None else Statement(text)


def _ids_in(statement: Mapping[str, Any]) -> tuple[str, ...] | None:
    """What our first statement names, no matter who wrote it; None for a statement of any other form."""
    if set(statement) - {"Sid"} != {"Effect", "Action", "Resource", "Condition"}:
        return None
    stars = all(statement[key] in ("*", ["*"]) for key in ("Action", "Resource"))
    condition = statement["Condition"]
    if statement["Effect"] != "Deny" or not stars or not isinstance(condition, dict):
        return None
    inner = condition.get("StringEquals")
    # Names of condition keys are not case-sensitive; AWS's own pages spell this one three ways.
    if len(condition) != 1 or not isinstance(inner, dict) or [key.lower() for key in inner] != ["identitystore:userid"]:
        return None
    value = next(iter(inner.values()))
    values = [value] if isinstance(value, str) else value
    # A policy variable ("${aws:…}") stands for people we cannot know: such a statement is not ours.
    ours = isinstance(values, list) and all(isinstance(item, str) and "$" not in item for item in values)
    return tuple(values) if ours else None


def _names_in(statement: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The user names in our second statement; None for a statement of any other form."""
    try:
        values = statement["Condition"]["StringLike"]["aws:userid"]
    except (KeyError, TypeError):
        return None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        return None
    names = [value.removeprefix("*:") for value in values]
    return tuple(names) if statement == by_name_form(names) and all(map(only_itself, names)) else None


def _check_readable(text: str) -> None:
    try:
        text.encode()  # half a surrogate pair has no UTF-8 form, so it cannot be sent
        document = _DECODER.decode(text)
        _check_nesting(document, MAX_NESTING)
    except (ValueError, RecursionError) as error:
        raise DenyDocumentInvalid(f"The policy cannot be read as JSON: {error}") from error
    if not isinstance(document, dict) or "Statement" not in document:
        raise DenyDocumentInvalid("The policy is not a policy document with statements.")


def _parts(text: str) -> list[tuple[str, Any]]:
    """What is directly inside an object (alternating keys and values) or a list: the exact text of each, and its value.

    `text` is valid JSON, so only white space, commas and colons stand in between.
    """
    found, at = [], _past(text, 1)
    while text[at] not in "]}":
        value, end = _DECODER.raw_decode(text, at)
        found.append((text[at:end], value))
        at = _past(text, end)
    return found


def _past(text: str, at: int) -> int:
    """Where the next item begins."""
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key occurs twice")
    return result


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _check_nesting(value: Any, levels: int) -> None:
    if levels == 0:
        raise ValueError("it is nested too deeply")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_nesting(item, levels - 1)


_DECODER = json.JSONDecoder(object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
