"""Whether our statements in a policy deny a session everything, by IAM's rules.

Sources: IAM user guide, "reference_policies_elements_condition_operators" (operators; ArnLike compares the six parts
one by one; a key that is missing makes the condition false) and "reference_policies_elements_condition" (all
conditions of a statement must hold, of the values of one key any).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.deny.statements import EMPTY, read


@dataclass(frozen=True, slots=True)
class Session:
    """A role session that somebody has through a permission set. `role_arn`: the ARN of the IAM role, not the
    session.
    """

    user_id: str
    session_name: str
    role_arn: str


def denies(text: str, session: Session, *, id_key: bool = True) -> bool:
    """Whether a statement of ours in this document denies the session; other people's statements are ignored.

    `id_key`: whether AWS put the user id into the session's context. Raises DenyDocumentInvalid.
    """
    # Names of condition keys are not case-sensitive; their values are.
    context = {"aws:userid": f"AROAEXAMPLE:{session.session_name}", "aws:principalarn": session.role_arn}
    if id_key:
        context["identitystore:userid"] = session.user_id
    ours = [statement.value for statement in read(text or EMPTY).statements if statement.value is not None]
    return any(_holds(statement["Condition"], context) for statement in ours)


def _holds(condition: Mapping[str, Mapping[str, str | list[str]]], context: Mapping[str, str]) -> bool:
    """Whether everything in the condition holds; an empty one would hold for everybody."""
    return all(
        any(_OPERATORS[operator](context[key.lower()], wanted) for wanted in _listed(values))
        if key.lower() in context
        else False
        for operator, keys in condition.items()
        for key, values in keys.items()
    )


def _listed(values: str | list[str]) -> list[str]:
    return [values] if isinstance(values, str) else values


def _equals(given: str, wanted: str) -> bool:
    return given == wanted


def _like(given: str, pattern: str) -> bool:
    """`*` matches any characters or none, `?` exactly one."""
    parts = ({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch("".join(parts), given, re.DOTALL) is not None


def _arn_like(given: str, pattern: str) -> bool:
    ours, theirs = given.split(":", 5), pattern.split(":", 5)
    return len(ours) == len(theirs) == 6 and all(map(_like, ours, theirs))


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": _equals,
    "StringLike": _like,
    "ArnLike": _arn_like,
}
