"""Policy grammar as far as the services check it on saving: service control policies and inline policies."""

import json
import re
from dataclasses import dataclass
from typing import Any

from bot.playground.identity_center.state.errors import AwsError

# Characters, whitespace included. (organizations userguide, reference limits)
MOST_CHARACTERS = 10_240
FULL_ACCESS = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
OPERATORS = re.compile(
    r"(?:(?:ForAnyValue|ForAllValues):)?"
    r"(?:String(?:Not)?(?:Equals(?:IgnoreCase)?|Like)|Arn(?:Not)?(?:Equals|Like)|Numeric(?:Not)?Equals"
    r"|Numeric(?:Less|Greater)Than(?:Equals)?|Date(?:Not)?Equals|Date(?:Less|Greater)Than(?:Equals)?"
    r"|Bool|Null|BinaryEquals|(?:Not)?IpAddress)(?:IfExists)?"
)
_STATEMENT_KEYS = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
_ACTION = re.compile(r"\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+")
MOST_BYTES = 32_768  # of an inline policy of a permission set, whitespace included
_BLANK = re.compile(r"[ \t\n\r]+")  # what JSON calls whitespace


class _Malformed(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Grammar:
    """How the two kinds of policy differ."""

    versions: frozenset[str | None]
    actions: re.Pattern[str]


_VERSIONS = frozenset({"2012-10-17", "2008-10-17"})
_SCP = _Grammar(_VERSIONS, _ACTION)
# An IAM policy may leave out its version (IAM userguide, reference_policies_grammar); "*:*" is known to work.
_IAM = _Grammar(_VERSIONS | {None}, re.compile(rf"\*:\*|{_ACTION.pattern}"))


def check_policy(content: str) -> None:
    """Reject a policy that Organizations would reject.

    Raises AwsError ConstraintViolationException (POLICY_CONTENT_LIMIT_EXCEEDED) for more than 10,240 characters
    and MalformedPolicyDocumentException for anything that is not a valid policy.
    """
    if len(content) > MOST_CHARACTERS:
        raise AwsError(
            "ConstraintViolationException",
            "You have exceeded the maximum policy size limit.",
            Reason="POLICY_CONTENT_LIMIT_EXCEEDED",
        )
    try:
        _document(json.loads(content, object_pairs_hook=_no_twins), _SCP)
    except (_Malformed, ValueError, TypeError, RecursionError) as problem:
        raise AwsError(
            "MalformedPolicyDocumentException",
            "The provided policy document does not meet the requirements of the specified policy type.",
        ) from problem


def check_inline_policy(content: str) -> None:
    """Raises ValueError for a permission set's inline policy that is too long or not a JSON object.

    32,768 bytes, of which at most 10,240 are not whitespace. (singlesignon userguide, limits) Other mistakes are
    let through: tests want policies of every form, and old instances may have them.
    """
    if len(content.encode()) > MOST_BYTES or len("".join(content.split())) > MOST_CHARACTERS:
        raise ValueError("the inline policy is too long")
    if not isinstance(json.loads(content), dict):
        raise ValueError("the inline policy is not a JSON object")  # noqa: TRY004 - its text is wrong, not its type


def check_permission_set_policy(content: str) -> None:
    """Reject an inline policy that PutInlinePolicyToPermissionSet would reject.

    Raises AwsError ValidationException for more than 32,768 bytes, for more than 10,240 non-whitespace bytes, and for
    anything IAM would not accept as a role's policy. The model offers ServiceQuotaExceededException too, which
    is about "the permitted number of resources"; the one message seen for the size was a ValidationException
    (LBHackney-IT/Data-Platform#2789), and so was the one for the grammar ("Invalid PermissionsPolicy Document",
    aws-cloudformation/cloudformation-coverage-roadmap#1294).
    """
    if len(content.encode()) > MOST_BYTES:
        raise AwsError("ValidationException", f"The InlinePolicy Document is longer than {MOST_BYTES} bytes")
    size = len(_BLANK.sub("", content).encode())
    if size > MOST_CHARACTERS:
        raise AwsError(
            "ValidationException",
            f"Current size of the non-whitespace characters present in the InlinePolicy Document is {size} bytes which "
            f"has exceeded the maximum limit of {MOST_CHARACTERS} bytes",
        )
    try:
        _document(json.loads(content, object_pairs_hook=_no_twins), _IAM)
    except (_Malformed, ValueError, TypeError, RecursionError) as problem:
        raise AwsError("ValidationException", "Invalid PermissionsPolicy Document") from problem


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Malformed("a key appears twice")
    return found


def statements_of(content: str) -> list[dict[str, Any]]:
    """The statements of a stored policy. A single one may stand without a list; anything that is not one is skipped."""
    found = json.loads(content).get("Statement", [])
    return [item for item in (found if isinstance(found, list) else [found]) if isinstance(item, dict)]


def texts(value: Any) -> list[str]:
    """A value that may be one string or a list of them, as a list."""
    items = value if isinstance(value, list) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]


def _document(document: Any, grammar: _Grammar) -> None:
    if not isinstance(document, dict) or not set(document) <= {"Version", "Id", "Statement"}:
        raise _Malformed("not a policy")
    if document.get("Version") not in grammar.versions:
        raise _Malformed("version")
    statements = document.get("Statement")
    statements = [statements] if isinstance(statements, dict) else statements
    if not isinstance(statements, list) or not statements:
        raise _Malformed("no statement")
    for statement in statements:
        _statement(statement, grammar)
    sids = [statement["Sid"] for statement in statements if statement.get("Sid")]
    if len(sids) != len(set(sids)):
        raise _Malformed("a Sid appears twice")


def _statement(statement: Any, grammar: _Grammar) -> None:
    # No Principal: an SCP does not have one.
    if not isinstance(statement, dict) or not set(statement) <= _STATEMENT_KEYS:
        raise _Malformed("unknown element")
    if statement.get("Effect") not in {"Allow", "Deny"}:
        raise _Malformed("effect")
    for plain, negated in (("Action", "NotAction"), ("Resource", "NotResource")):
        if (plain in statement) == (negated in statement):
            raise _Malformed(f"exactly one of {plain} and {negated}")
        _texts(statement[plain] if plain in statement else statement[negated])
    for action in texts(statement.get("Action", statement.get("NotAction"))):
        if not grammar.actions.fullmatch(action):
            raise _Malformed("action")
    for resource in texts(statement.get("Resource", statement.get("NotResource"))):
        if resource != "*" and not resource.startswith("arn:"):
            raise _Malformed("resource")
    if not re.fullmatch(r"[A-Za-z0-9]*", statement.get("Sid", "")):
        raise _Malformed("sid")
    if "Condition" in statement:
        _condition(statement["Condition"])


def _condition(condition: Any) -> None:
    if not isinstance(condition, dict):
        raise _Malformed("condition")
    for operator, keys in condition.items():
        if not OPERATORS.fullmatch(operator) or not isinstance(keys, dict) or not keys:
            raise _Malformed("operator")
        for key, value in keys.items():
            if not re.fullmatch(r"[A-Za-z0-9-]+:\S+", key):
                raise _Malformed("condition key")
            _texts(value, scalars=(str, bool, int))


def _texts(value: Any, scalars: tuple[type, ...] = (str,)) -> None:
    items = value if isinstance(value, list) else [value]
    # An empty list is rejected: AWS does not document whether it takes one, and matching nobody helps nobody.
    if not items or not all(isinstance(item, scalars) for item in items):
        raise _Malformed("text or list of texts")
