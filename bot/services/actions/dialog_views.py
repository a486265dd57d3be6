"""What a dialog shows: what would be done, or why it cannot be, always from a fresh read of AWS."""

from dataclasses import replace

from bot.core.authorization import Refused, may_act_on
from bot.core.errors import AwsNotFound
from bot.core.kinds import Dialog, Kind
from bot.core.models import User, UserStatus
from bot.core.reasons import Code, Reason
from bot.core.typed_names import fold, named, visible
from bot.core.views import DialogState, DialogView, Matches
from bot.ports import StoredDialog
from bot.services import find_user
from bot.services.context import Context
from bot.services.refusals import note_refusal
from bot.services.rules.warnings import warned


def on_enabled(kind: Dialog, user: User) -> bool:
    """Whether it would be done to somebody who is not disabled, of a kind for which admins may ask that."""
    return isinstance(kind, Kind) and kind.on_enabled and user.status is not UserStatus.DISABLED


def needs_reason(kind: Dialog, user: User) -> bool:
    """Whether a reason has to be given."""
    return isinstance(kind, Kind) and (kind.needs_reason or on_enabled(kind, user))


def typed_name(user: User) -> str:
    """What has to be typed to delete the user: the user name, or the id of one without a name (the id always works)."""
    return visible(user.user_name) or user.id


def names_it(typed: str, user: User) -> bool:
    """Whether that is what has to be typed, or the id."""
    expected, typed = typed_name(user), visible(typed)
    return bool({typed, named(typed)} & {expected, named(expected), user.id})


def view_of(context: Context, dialog: StoredDialog) -> DialogView:
    """What the dialog shows, from a fresh read. Raises AwsError, DenyError."""
    kind = dialog.kind
    view = DialogView(dialog.id, kind, DialogState.REFUSED, dry_run=context.rules.dry_run, may_delete=dialog.admin)
    if isinstance(kind, Kind) and not kind.on_user:
        return context.kinds[kind].preview(context, view, User(dialog.query))
    found = _subject(context, dialog)
    if isinstance(found, Reason):
        return replace(view, message=context.words(found))
    view = replace(view, user=found, needs_reason=needs_reason(kind, found))
    if not isinstance(kind, Kind):
        return context.looks[kind](context, view, found)
    # A deleted user is taken as the case knew it; nobody could say any more whether it was disabled.
    decision = None if found is dialog.user else _refused(context, dialog, kind, found)
    if decision:
        note_refusal(context, kind, found.id, dialog.asker, decision)
        return replace(view, message=context.words(decision.reason))
    return context.kinds[kind].preview(context, warned(context, view, kind, found), found)


def _subject(context: Context, dialog: StoredDialog) -> User | Reason:
    """Whom the dialog is about, or why that is nobody. Raises AwsError."""
    try:
        found = _find(context, dialog)
    except AwsNotFound:
        gone = dialog.user
        if gone and isinstance(dialog.kind, Kind) and dialog.kind.on_deleted:
            return gone
        return Reason(Code.GONE_WITH_CASE, gone or User(dialog.query))
    return _not_one(found) if isinstance(found, Matches) else found


def _refused(context: Context, dialog: StoredDialog, kind: Kind, user: User) -> Refused | None:
    """Why this user may not be acted on like that."""
    not_disabled = on_enabled(kind, user)
    own_name = context.access.caller_user_name()
    decision = may_act_on(context.rules, kind, user, not_disabled=not_disabled and dialog.admin, own_name=own_name)
    if not isinstance(decision, Refused):
        return None
    if not_disabled and not dialog.admin and not context.rules.is_protected(user):
        return Refused(Reason(Code.NOT_DISABLED, user, kind=kind))
    return decision


def _find(context: Context, dialog: StoredDialog) -> User | Matches:
    """Whom the dialog is about. Raises AwsError, AwsNotFound for the user of a case who is gone."""
    if dialog.user_id:
        return context.directory.user(dialog.user_id)
    found = find_user.find(context.directory, dialog.query)
    if isinstance(found, Matches) and isinstance(dialog.kind, Kind) and dialog.kind.frees:
        # The directory may have forgotten somebody whom the policy still denies.
        wanted = fold(named(dialog.query))
        for deny in context.store.denies():
            if wanted in map(fold, (deny.user.id, deny.user.user_name, deny.user.email)):
                return deny.user
    return found


def _not_one(matches: Matches) -> Reason:
    """Nobody, or several."""
    if not matches.users:
        return Reason(Code.NOBODY_CALLED, why=matches.query)
    code = Code.NEAREST if matches.near else Code.SEVERAL
    return Reason(code, why=matches.query, count=matches.total, users=matches.users)
