"""Who asked in a terminal: checked when the wish is taken up, and again before its action first begins.

A database row alone proves nothing: anybody who can write there could write any name. What counts is the proof of
the wish (`ports/aws/identity.py`). A process remembers those it made itself or has seen confirmed; of any other, as
after a crash in between, it asks AWS, as long as the proof is good.
Once the action has begun, they are forgotten: nobody who kept a proof and writes it back can begin the same again.
"""

from contextlib import suppress

from bot.core.actions import Action
from bot.core.authorization import Allowed, Refused
from bot.core.errors import AwsError, NotFound
from bot.core.reasons import Code, Reason
from bot.core.terminal.askers import TerminalAsker
from bot.core.terminal.identities import may_ask_here
from bot.core.terminal.wishes import Wish, wish_of
from bot.services.context import Context


def prove(context: Context, wish: Wish) -> tuple[TerminalAsker, Refused | None]:
    """Who asked, as far as that is proven, and why they may not. Raises AwsUnavailable while AWS cannot be asked."""
    try:
        arn = context.identity.signer(wish.proof, wish.binding)
        own = context.identity.own()
    except AwsError as error:
        if error.passes:
            raise
        return wish.asker(""), Refused(Reason(Code.UNPROVEN, why=str(error)))
    if may_ask_here(arn, own, context.rules.terminal_identities):
        return wish.asker(arn), None
    return wish.asker(arn), Refused(Reason(Code.FOREIGN_IDENTITY, why=arn))


def look_at_wish(context: Context, action: Action) -> Allowed | Refused:
    """Whether an action that claims to come from a terminal may begin. Raises AwsUnavailable."""
    try:
        wish = context.store.wish(wish_of(action.key))
    except NotFound:
        return Refused(Reason(Code.NOT_WISHED))
    asker, refused = prove(context, wish)
    if refused:
        return refused
    meant = wish.is_meant_by(action) and asker.stored == action.by
    return Allowed() if meant else Refused(Reason(Code.NOT_WISHED))


def forget_proof(context: Context, action: Action) -> None:
    """The action has begun, or never will: who asked for it need not be known any more."""
    wish_id = wish_of(action.key)
    with suppress(NotFound):
        if wish_id:
            context.identity.forget(context.store.wish(wish_id).binding)
