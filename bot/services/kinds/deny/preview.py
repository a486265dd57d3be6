"""What a deny would do, or does: shown before somebody presses, and in the details."""

from dataclasses import dataclass, replace

from bot.core.access.person_read import PersonRead
from bot.core.deny.placed import AccountCover
from bot.core.deny.statements import by_name
from bot.core.models import RoleAt, User
from bot.core.reasons import Code, Reason
from bot.core.views import DialogView
from bot.services.context import Context
from bot.services.denies import deny_view
from bot.services.kinds.deny.coverage import Documents, expected, permission_set_name, prove
from bot.services.kinds.deny.policies.roles import inline_roles, roles_of
from bot.services.kinds.deny.results import proof


@dataclass(frozen=True, slots=True)
class Preview:
    """Where a deny would hold, or holds when it is in force; `notes` are plain sentences about how. `possible`: there
    is a permission set to deny in, or it is in force.
    """

    cover: tuple[AccountCover, ...] = ()
    notes: tuple[str, ...] = ()
    possible: bool = False


def preview(context: Context, user: User, read: PersonRead) -> Preview:
    """The deny of this user, account by account. Raises AwsError, DenyError."""
    roles = roles_of(context, user.id, fresh=False) | {grant.role for grant in read.usable if grant.role}
    known = context.store.deny(user.id)
    if known and known.confirmed:
        return Preview(proof(context, known, Documents(context), frozenset(roles)), possible=True)
    policies = [context.deny.read(name) for name in context.rules.deny.policy_ids] if context.rules.deny.scp else []
    placed = inline_roles(context, roles)
    cover = prove(context, user, expected(context, user, policies, placed), roles)
    return Preview(cover, _notes(context, user, placed), possible=bool(placed))


def previewed(context: Context, view: DialogView, user: User, found: Preview) -> DialogView:
    """A dialog with that, and the deny in force."""
    known = deny_view(context, context.store.deny(user.id))
    return replace(view, deny=known, cover=found.cover, notes=(*view.notes, *found.notes))


def _notes(context: Context, user: User, placed: list[RoleAt]) -> tuple[str, ...]:
    notes = []
    arns = sorted({role.permission_set_arn for role in placed})
    if arns:
        # Only the first few are shown, so only those are read.
        names = [*(permission_set_name(context, arn) for arn in arns[:5]), *arns[5:]]
        notes.append(context.words(Reason(Code.CHANGES_INLINE, names=names, count=len(placed))))
    if context.rules.deny.names and not by_name(user.user_name):
        notes.append(context.words(Reason(Code.NAME_UNMATCHED)))
    return tuple(notes)
