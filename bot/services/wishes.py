"""Take up requests from terminals: check who asks, then request the action as a press does."""

from collections.abc import Callable, Mapping
from contextlib import suppress

import structlog

from bot.core.actions import Action, Asker
from bot.core.authorization import Refused
from bot.core.errors import AwsError, NotFound, StoreError, new_reference
from bot.core.kinds import ACCEPT, GO_ON, KINDS, LET_RUN, RELEASE, REVIEWED, STOP, Kind, Role
from bot.core.leaves.leave import SCHEDULE, UNSCHEDULE, Terms
from bot.core.reasons import Code, Reason
from bot.core.terminal.wishes import Wish, WishState
from bot.ports import Verdict
from bot.services.actions.ask import ask
from bot.services.actions.dialog_views import needs_reason
from bot.services.actions.proofs import prove
from bot.services.bulk.wished import OF_BULKS, begin_or_stop, is_left_to_others
from bot.services.context import Context
from bot.services.leaves.schedule import cancel, schedule
from bot.services.review import review
from bot.services.rules.brake import release
from bot.services.rules.holds import accept
from bot.services.rules.limits import go_on
from bot.services.rules.notes import let_run, stop

log = structlog.get_logger(__name__)

# With a proven AWS identity, only AWS rights limit what somebody may ask for.
_ROLES = frozenset(Role)
# What is decided about many people: about what, of how many, as which version.
_DECISIONS: Mapping[str, Callable[[Context, str, int, int, Asker, frozenset[Role]], object]] = {
    RELEASE.name: release,
    ACCEPT.name: accept,
}
# What is noted on a person, who may have no case.
_ON_PEOPLE = {STOP.name: stop, LET_RUN.name: let_run}


class WishTaker:
    """Takes up the wishes in the store; one a process. `own_bulk`: in a command, the one bulk that it carries on."""

    def __init__(self, context: Context, own_bulk: str = "") -> None:
        self._context, self._own_bulk = context, own_bulk
        # Wishes whose waiting has been logged.
        self._told: set[str] = set()

    def take_up(self) -> None:
        """Begin, or refuse, every open wish; one that AWS cannot confirm now stays open. Raises StoreError."""
        for wish in self._context.store.open_wishes():
            if is_left_to_others(self._context, wish, self._own_bulk):
                continue
            try:
                _take_up(self._context, wish)
            except AwsError as error:
                self._note(wish, error)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - one wish that breaks must not hold up the others
                self._note(wish, error)

    def _note(self, wish: Wish, error: Exception) -> None:
        """Log why it waits, once."""
        if wish.id in self._told:
            return
        self._told.add(wish.id)
        if isinstance(error, AwsError):
            log.warning(
                "a request from a terminal is waiting: AWS cannot confirm who asked", wish=wish.id, why=str(error)
            )
        else:
            log.error(
                "a request from a terminal failed unexpectedly", wish=wish.id, reference=new_reference(), exc_info=error
            )


def _take_up(context: Context, wish: Wish) -> None:
    if wish.state is WishState.TAKEN and context.store.knows_press(wish.key):
        # It became an action just before the process that took it ended.
        context.store.move_wish(wish.id, WishState.ACCEPTED)
        return
    asker, refused = prove(context, wish)
    if refused:
        _refuse(context, wish, asker.stored, context.words(refused.reason), record=True)
        return
    if wish.state is WishState.WAITING and not context.store.move_wish(wish.id, WishState.TAKEN):
        # The person who asked has left in the meantime.
        context.identity.forget(wish.binding)
        return
    asked = _ask(context, wish, Asker(asker.stored, ""))
    if not isinstance(asked, Action):
        # Nothing is to begin for which it would have to be proven again.
        context.identity.forget(wish.binding)
    if isinstance(asked, Refused):
        _refuse(context, wish, asker.stored, context.words(asked.reason), record=False)
        return
    context.store.move_wish(wish.id, WishState.ACCEPTED)
    log.info("a request from a terminal was accepted", wish=wish.id, what=wish.what, who=asker.stored)


def _ask(context: Context, wish: Wish, asker: Asker) -> Action | Refused | None:
    """Request the action; None for a note, which is done at once."""
    if wish.what == REVIEWED.name:
        reviewed = review(context, wish.case_id, wish.case_version, asker, _ROLES)
        return reviewed if isinstance(reviewed, Refused) else None
    if wish.what in {SCHEDULE, UNSCHEDULE}:
        return _leave(context, wish, asker)
    if wish.what in _DECISIONS:
        count = int(wish.digest) if wish.digest.isdecimal() else -1
        decided = _DECISIONS[wish.what](context, wish.case_id, count, wish.case_version, asker, _ROLES)
        return decided if isinstance(decided, Refused) else None
    if wish.what in _ON_PEOPLE:
        noted = _ON_PEOPLE[wish.what](context, wish.user, asker, _ROLES)
        return noted if isinstance(noted, Refused) else None
    if wish.what in OF_BULKS:
        return begin_or_stop(context, wish, asker)
    if wish.what == GO_ON.name:
        return go_on(context, asker, _ROLES)
    kind = KINDS.get(wish.what)
    if kind is None or not kind.asked_for:
        return Refused(Reason(Code.UNKNOWN_WISH, why=wish.what))
    if _needs_reason(kind, wish) and not wish.reason:
        return Refused(Reason(Code.REASON_MISSING))
    newest = context.store.newest_case(wish.user.id) if kind.on_user else None
    return ask(
        context,
        kind,
        wish.user,
        asker,
        _ROLES,
        key=wish.key,
        action_id=wish.id,
        case_id=newest.case.id if newest else None,
        digest=wish.digest,
        revision=wish.revision,
        reason=wish.reason,
        not_disabled=wish.not_disabled,
        with_delete=wish.with_delete,
        dry_run=wish.dry_run,
    )


def _leave(context: Context, wish: Wish, asker: Asker) -> Refused | None:
    """Schedule the leave, which gets the id of the wish, or cancel the one that was shown."""
    done: object = Refused(Reason(Code.LEAVE_NOT_KNOWN, wish.user))
    if wish.what == UNSCHEDULE:
        with suppress(NotFound):
            done = cancel(context, wish.digest, asker, _ROLES)
    elif terms := Terms.of(wish.digest):
        done = schedule(context, wish.user, terms, asker, _ROLES, leave_id=wish.id, dry_run=wish.dry_run)
    else:
        done = Refused(Reason(Code.UNKNOWN_WISH, why=wish.what))
    return done if isinstance(done, Refused) else None


def _needs_reason(kind: Kind, wish: Wish) -> bool:
    return needs_reason(kind, wish.user) if kind.on_user else kind.needs_reason


def _refuse(context: Context, wish: Wish, who: str, why: str, *, record: bool) -> None:
    """Answer the waiting command; `record`: nobody else has recorded the refusal."""
    if context.store.move_wish(wish.id, WishState.REFUSED, answer=why) and record:
        context.store.record(context.clock.now(), who, wish.what, wish.user.id, Verdict.REFUSED, why)
        log.warning("a request from a terminal was refused", wish=wish.id, what=wish.what, who=who, why=why)
