"""The deny document: one service control policy, in it one statement of ours, in it the ids of the denied users.

The statement is AWS's own recommendation (Identity Center user guide, "prereqs-revoking-user-permissions"):

    {"Effect": "Deny", "Action": ["*"], "Resource": "*",
     "Condition": {"StringEquals": {"identitystore:userId": ["<user id>", …]}}}

A Deny of everything whose condition is missing or empty would lock a whole organization out. So nothing leaves
this module that was not checked: every deny of ours names well-formed user ids, or the one placeholder and
nobody, and the statements of others are what they were.
"""

import json
from collections.abc import Iterable
from typing import Any

from bot.core.errors import DenyDocumentFull, DenyDocumentInvalid
from bot.core.models import is_user_id

# No valid id, so nobody is denied (the value in AWS's own example).
PLACEHOLDER = "Add user ID here"
SID = "LeaverbotEmergencyDeny"
# Quota of a service control policy in characters; white space counts, so documents are written minified.
MAX_CHARACTERS = 10_240
# A policy nests half a dozen levels; far more is no policy, and would overflow the reader's stack.
MAX_NESTING = 50

Statement = dict[str, Any]


def denied_users(text: str) -> frozenset[str]:
    """The ids of the users our statements in this document deny. Raises DenyDocumentInvalid."""
    statements = _statements(_parse(text))
    return frozenset(value for ours in statements if _is_ours(ours) for value in _values(ours) if is_user_id(value))


def placeholder_of(text: str) -> str:
    """The placeholder our statement holds now; AWS's own when it holds none. Raises DenyDocumentInvalid."""
    for statement in _statements(_parse(text)):
        if _is_ours(statement):
            for value in _values(statement):
                if _is_placeholder(value):
                    return value
    return PLACEHOLDER


def add_user(text: str, user_id: str) -> str:
    """The document that also denies `user_id`. Raises DenyDocumentInvalid, DenyDocumentFull."""
    if not is_user_id(user_id):
        raise DenyDocumentInvalid(f"{user_id!r} is not an Identity Center user id, so no deny was written.")
    return _rewrite(text, denied_users(text) | {user_id}, PLACEHOLDER)


def remove_user(text: str, user_id: str, placeholder: str = PLACEHOLDER) -> str:
    """The document that no longer denies `user_id`; after the last one `placeholder` stands again."""
    return _rewrite(text, denied_users(text) - {user_id}, placeholder)


def check(text: str, before: str) -> None:
    """Raise unless `text` is safe to write over `before`: every deny of ours has a condition that names
    well-formed user ids (or a lone placeholder), all else is unchanged, and it fits the quota.
    """
    old, new = _parse(before), _parse(text)
    if _of_others(old) != _of_others(new):
        raise DenyDocumentInvalid("The new document would change statements that are not leaverbot's.")
    ours = [statement for statement in _statements(new) if _is_ours(statement)]
    if not ours:
        raise DenyDocumentInvalid("The new document has no deny statement of leaverbot's.")
    for statement in ours:
        values = _values(statement)
        good = bool(values) and (
            all(is_user_id(value) for value in values) or (len(values) == 1 and _is_placeholder(values[0]))
        )
        if not good:
            raise DenyDocumentInvalid("A deny without well-formed user ids in its condition is never written.")
    if len(text) > MAX_CHARACTERS:
        raise DenyDocumentFull(
            f"The deny policy is full: {len(text):,} of {MAX_CHARACTERS:,} characters. Lift a deny that is no "
            "longer needed, then try again."
        )


def _rewrite(text: str, users: Iterable[str], placeholder: str) -> str:
    if not _is_placeholder(placeholder):
        raise DenyDocumentInvalid("The placeholder must be a text that can be nobody's user id.")
    document = _parse(text)
    statements = _statements(document)
    rewritten: list[Statement] = []
    carried = False
    for statement in statements:
        if not _is_ours(statement):
            rewritten.append(statement)
        elif not carried:
            # The first of ours carries everybody; the admin's own spelling of it stays.
            key = next(iter(statement["Condition"]["StringEquals"]))
            condition = {"StringEquals": {key: sorted(users) or placeholder}}
            rewritten.append({**statement, "Condition": condition})
            carried = True
    if not carried:
        condition = {"StringEquals": {"identitystore:userId": sorted(users) or placeholder}}
        rewritten.append({"Sid": SID, "Effect": "Deny", "Action": ["*"], "Resource": "*", "Condition": condition})
    result = json.dumps({**document, "Statement": rewritten}, separators=(",", ":"), ensure_ascii=False)
    check(result, text)
    return result


def _parse(text: str) -> dict[str, Any]:
    try:
        text.encode()  # half a surrogate pair has no UTF-8, so it can not be sent
        document = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
        _check_nesting(document, MAX_NESTING)
    except (ValueError, RecursionError) as error:
        raise DenyDocumentInvalid(f"The deny policy is not readable JSON: {error}") from error
    if not isinstance(document, dict) or "Statement" not in document:
        raise DenyDocumentInvalid("The deny policy is not a policy document with statements.")
    return document


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice")
    return result


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _check_nesting(value: Any, levels: int) -> None:
    if levels == 0:
        raise ValueError("it is nested too deeply")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_nesting(item, levels - 1)


def _of_others(document: dict[str, Any]) -> str:
    """Everything in the document that is not ours, as a text: Python holds 1, 1.0 and True for equal, AWS may not."""
    others = [statement for statement in _statements(document) if not _is_ours(statement)]
    return json.dumps({**document, "Statement": others}, sort_keys=True)


def _statements(document: dict[str, Any]) -> list[Statement]:
    found = document["Statement"]
    statements = found if isinstance(found, list) else [found]
    if not all(isinstance(statement, dict) for statement in statements):
        raise DenyDocumentInvalid("The deny policy holds a statement that is not an object.")
    if any(statement.get("Sid") == SID and not _is_ours(statement) for statement in statements):
        raise DenyDocumentInvalid(
            f"The statement {SID} in the deny policy was changed by hand and no longer has leaverbot's form. "
            "Put it back as the README shows it, or give it another Sid."
        )
    return statements


def _is_ours(statement: Statement) -> bool:
    """Ours is what has exactly the form above, whoever wrote it first; anything else belongs to others."""
    if set(statement) - {"Sid"} != {"Effect", "Action", "Resource", "Condition"}:
        return False
    if (
        statement["Effect"] != "Deny"
        or statement["Action"] not in ("*", ["*"])
        or statement["Resource"] not in ("*", ["*"])
    ):
        return False
    condition = statement["Condition"]
    if not isinstance(condition, dict) or list(condition) != ["StringEquals"]:
        return False
    inner = condition["StringEquals"]
    # Names of condition keys are not case-sensitive; AWS's own pages spell this one in three ways.
    if not isinstance(inner, dict) or [str(key).lower() for key in inner] != ["identitystore:userid"]:
        return False
    value = next(iter(inner.values()))
    values = [value] if isinstance(value, str) else value
    # A policy variable ("${aws:…}") names people we can not know: such a statement is somebody else's.
    return isinstance(values, list) and all(isinstance(item, str) and "$" not in item for item in values)


def _values(statement: Statement) -> list[str]:
    value = next(iter(statement["Condition"]["StringEquals"].values()))
    return [value] if isinstance(value, str) else list(value)


def _is_placeholder(value: str) -> bool:
    """A text that is nobody's id: no wildcard and no policy variable either."""
    return bool(value) and not is_user_id(value) and not set("*?$") & set(value)
