"""The deny document: a policy with statements of ours that name the users who are denied everything.

It is a service control policy or the inline policy of a permission set. The first statement is AWS's own recommendation
(docs/facts.md#deny-key); the second is there only while somebody is denied by name too:

    {"Sid": "LeaverbotEmergencyDeny", "Effect": "Deny", "Action": ["*"], "Resource": "*",
     "Condition": {"StringEquals": {"identitystore:userId": ["<user id>", …]}}}

    {"Sid": "LeaverbotEmergencyDenyByName", "Effect": "Deny", "Action": ["*"], "Resource": "*",
     "Condition": {
       "StringLike": {"aws:userid": ["*:<user name>", …]},
       "ArnLike": {"aws:PrincipalArn": "arn:*:iam::*:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_*"}}}

A Deny of everything whose condition is missing or empty would lock out a whole organization. So nothing leaves this
module unchecked: every deny of ours names well-formed user ids (or the one placeholder and nobody), or names without
wildcards, limited to the roles of permission sets; everything else stays as it was, byte for byte.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.core.deny.statements import EMPTY, SID, SID_BY_NAME, Document, DocumentKind, by_name, only_itself, read, sizes
from bot.core.errors import DenyDocumentFull, DenyDocumentInvalid
from bot.core.models import is_user_id

# No valid id, so nobody is denied (the value in AWS's own example).
PLACEHOLDER = "Add user ID here"
# For a user who is denied by id only; the form is that of a role session's name (`statements.by_name`).
# People should be told once this share of the quota is used.
NEARLY_FULL = 0.8


@dataclass(frozen=True, slots=True)
class Denied:
    """A user to deny: by id, and by the name their role sessions carry, if it is known and passes `by_name`."""

    user_id: str
    user_name: str = ""


def denied_users(text: str) -> frozenset[str]:
    """The ids of the users our statements in this document deny. Raises DenyDocumentInvalid."""
    return frozenset(value for value in parsed(text).values(SID) if is_user_id(value))


def denied_names(text: str) -> frozenset[str]:
    """The names of the users our statements in this document deny. Raises DenyDocumentInvalid."""
    return frozenset(parsed(text).values(SID_BY_NAME))


def placeholder_of(text: str) -> str:
    """The placeholder our statement holds now, or AWS's own if it holds none. Raises DenyDocumentInvalid."""
    return next(filter(_is_placeholder, parsed(text).values(SID)), PLACEHOLDER)


def change(
    text: str,
    *,
    kind: DocumentKind,
    add: Collection[Denied] = (),
    remove: Collection[Denied] = (),
    names: bool = True,
    placeholder: str = PLACEHOLDER,
) -> str:
    """The document without `remove` and then with `add`; the same people always give the same text.

    `names`: whether `add` is denied by name too. A user without a name in `remove` leaves the names as they are. Once
    nobody is left, a service control policy holds `placeholder`; an inline policy holds nothing of ours, and is "" when
    it held nothing else. Raises DenyDocumentInvalid, DenyDocumentFull.
    """
    if not _is_placeholder(placeholder):
        raise DenyDocumentInvalid("The placeholder must be a text that cannot be anybody's user id.")
    for denied in add:
        if not is_user_id(denied.user_id):
            raise DenyDocumentInvalid(f"{denied.user_id!r} is not an Identity Center user id; no deny was written.")
    document = parsed(text)
    ids = denied_users(text) - {denied.user_id for denied in remove} | {denied.user_id for denied in add}
    known = denied_names(text) - {denied.user_name for denied in remove}
    known |= {denied.user_name for denied in add if names and by_name(denied.user_name)}
    nobody = placeholder if kind is DocumentKind.SCP else ()
    result = document.naming(sorted(ids) or nobody, sorted(known))
    if kind is DocumentKind.INLINE and not ids and not known and not document.others:
        result = ""
    check(result, text, kind)
    return result


def check(text: str, before: str, kind: DocumentKind) -> None:
    """Raise unless `text` is safe to write over `before`, which is what AWS has now.

    Safe: every deny of ours has a condition that names well-formed user ids or, in a service control policy, a lone
    placeholder, or that names plain user names for the roles of permission sets; everybody else's statements and
    members are the same bytes in the same order; and it fits the quota. Raises DenyDocumentInvalid, DenyDocumentFull.
    """
    inline = kind is DocumentKind.INLINE
    if not inline and not (text and before):
        raise DenyDocumentInvalid("A service control policy is never empty.")
    old, new = parsed(before), parsed(text)
    emptied = inline and text == "" and not old.others
    if not emptied and (old.head, old.others, old.tail) != (new.head, new.others, new.tail):
        raise DenyDocumentInvalid("The new document would change statements that are not leaverbot's.")
    if not inline and not any(statement.ours == SID for statement in new.statements):
        raise DenyDocumentInvalid("The new document has no deny statement of leaverbot's.")
    for statement in new.statements:
        if statement.ours is not None and not _is_safe(statement.ours, statement.values, inline=inline):
            raise DenyDocumentInvalid("A deny without well-formed user ids or names in its condition is never written.")
    for size, most, unit in sizes(text, kind):
        if size > most:
            raise DenyDocumentFull(
                f"The deny policy is full: {size:,} of {most:,} {unit}. Lift a deny that is no longer needed, "
                "then try again."
            )


def used(text: str, kind: DocumentKind) -> float:
    """The share of its quota that the document takes up; 1 is full."""
    return max(size / most for size, most, _ in sizes(text, kind))


def parsed(text: str) -> Document:
    """The document in pieces; "" (no inline policy) gives one that denies nobody. Raises DenyDocumentInvalid."""
    return read(text or EMPTY)


def _is_safe(ours: str, values: Sequence[str], *, inline: bool) -> bool:
    if ours == SID_BY_NAME:
        return bool(values) and all(map(only_itself, values))
    lone = not inline and len(values) == 1 and _is_placeholder(values[0])
    return bool(values) and (lone or all(map(is_user_id, values)))


def _is_placeholder(value: str) -> bool:
    """Whether the text is nobody's id, and has no wildcards or policy variables."""
    return bool(value) and not is_user_id(value) and not set("*?$") & set(value)
