"""Write service control policies for all denies and lifts under way, each policy once, and read it back."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import structlog

from bot.core.actions import Action
from bot.core.deny.packing import pack
from bot.core.deny.placed import PlacedDeny
from bot.core.deny.policy_document import (
    MAX_CHARACTERS,
    NEARLY_FULL,
    PLACEHOLDER,
    Denied,
    DocumentKind,
    change,
    denied_names,
    denied_users,
    placeholder_of,
    used,
)
from bot.core.errors import AwsConflict, AwsError, AwsNotFound, AwsUnavailable, DenyDocumentFull, DenyError
from bot.core.models import Account, User
from bot.core.operations import OperationKind, OperationState, Outcome
from bot.core.views import NoticeKind
from bot.ports import DenyPolicy
from bot.services.actions import operations
from bot.services.context import Parts
from bot.services.kinds.deny.coverage import attachment
from bot.services.kinds.deny.roles import roles_of
from bot.services.scan.person import ACCOUNT_AGE

log = structlog.get_logger(__name__)

# Somebody else may change a policy at the same moment; then it is read and written again, this often.
WRITE_ATTEMPTS = 5
CONTESTED = "Somebody else keeps changing the deny policy at the same time. Try again."
FULL = (
    "The deny policies are full ({how}). Lift denies that are no longer needed, or make one more policy with "
    "`leaverbot deny setup --name leaverbot-emergency-deny-2` and add its id to LEAVERBOT_DENY_SCP_ID."
)
NOT_ATTACHED = (
    "{names} {are} attached to nothing, so a deny there would block nobody. Attach it to the root or to organizational "
    "units (`leaverbot deny setup` does), then press Emergency deny again."
)


@dataclass(frozen=True, slots=True)
class _Step:
    """One operation with the action it belongs to."""

    action: Action
    op: Outcome

    @property
    def user(self) -> User:
        return self.action.user

    @property
    def who(self) -> Denied:
        """The user as the operation names it."""
        return named_in(self.op)


@dataclass(slots=True)
class _Work:
    """What is to be done, and the policies as they were read last. `broken`: those that cannot be used, and why;
    `full`: users for whom there is no room; `allowed`: the policies a user may be denied in; `leaving`: those who go;
    `asked`: the steps that AWS was asked for in this round.
    """

    adds: list[_Step]
    removes: list[_Step]
    names: list[_Step] = field(default_factory=list)
    targets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    broken: dict[str, Exception] = field(default_factory=dict)
    full: frozenset[str] = frozenset()
    allowed: dict[str, list[str]] = field(default_factory=dict)
    leaving: list[Denied] = field(default_factory=list)
    asked: list[_Step] = field(default_factory=list)


def write(parts: Parts, actions: Sequence[Action]) -> None:
    """Carry out every operation of these actions on service control policies; what AWS cannot be asked for now is
    left for the next round.
    """
    steps = [_Step(action, op) for action in actions for op in action.operations if not op.state.final]
    names = [*_of(steps, OperationKind.RELEASE_NAME), *_of(steps, OperationKind.DENY_NAME)]
    names = [step for step in names if step.op.operation.args["policy_id"]]
    work = _Work(_of(steps, OperationKind.ADD_TO_DENY), _of(steps, OperationKind.REMOVE_FROM_DENY), names)
    if not work.adds and not work.removes and not work.names:
        return
    try:
        _read(parts, work)
        _refuse_unattached(parts, work)
        _remember(parts, work)
        _write_all(parts, work)
    except AwsUnavailable as error:
        log.warning("the deny policies wait for AWS", why=str(error))
        return
    except (AwsError, DenyError) as error:
        for step in (*work.adds, *work.removes, *work.names):
            _fail(parts, step, str(error), OperationState.UNKNOWN if step in work.asked else OperationState.NOT_BEGUN)
        return
    _settle(parts, work)
    _settle_names(parts, work)


def _of(steps: Iterable[_Step], kind: OperationKind) -> list[_Step]:
    return [step for step in steps if step.op.operation.kind is kind]


def _read(parts: Parts, work: _Work) -> None:
    """Attachments first, then the texts: the shorter ago a text was read, the less can have happened to it."""
    known = [parts.store.deny(step.user.id) for step in work.removes]
    configured = parts.rules.deny.policy_ids if parts.rules.deny.scp else ()
    # A lift looks everywhere: in the policy it was placed in, even when the settings name another one by now.
    named = [step.op.operation.args["policy_id"] for step in work.names]
    policy_ids = dict.fromkeys((*parts.rules.deny.policy_ids, *(deny.policy_id for deny in known if deny), *named))
    for policy_id in (name for name in policy_ids if name):
        try:
            policy = parts.deny.read(policy_id)
            denied_users(policy.text)
        except AwsUnavailable:
            raise
        except (AwsError, DenyError) as error:
            work.broken[policy_id] = error
            continue
        work.targets[policy_id], work.texts[policy_id] = policy.targets, policy.text
    unreadable = [error for error in work.broken.values() if not isinstance(error, AwsNotFound)]
    for step in list(work.removes) if unreadable else []:
        # What such a policy holds is not known, so nobody is said to be out of it.
        _fail(parts, step, str(unreadable[0]))
        work.removes.remove(step)
    if work.adds and work.broken and not any(name in work.texts for name in configured):
        raise next(iter(work.broken.values()))
    for step in [step for step in work.names if step.op.operation.args["policy_id"] in work.broken]:
        _fail(parts, step, str(work.broken[step.op.operation.args["policy_id"]]))
        work.names.remove(step)
    work.leaving = [denied for step in work.removes for denied in removals(parts, step.user, step.who.user_name)]
    for step in work.adds:
        work.allowed[step.user.id] = _allowed(parts, step.user, work, configured)


def _allowed(parts: Parts, user: User, work: _Work, configured: Iterable[str]) -> list[str]:
    """The policies a deny of this user may go into: those whose attachments reach the most of the user's accounts."""
    attached = [name for name in configured if work.targets.get(name)]
    if len({work.targets[name] for name in attached}) <= 1:
        return attached
    try:
        accounts = parts.access.accounts(max_age=ACCOUNT_AGE)
    except AwsError as error:
        if error.passes:
            raise
        return attached
    ids = {role.account_id for role in roles_of(parts, user.id, fresh=True)}
    reach = {
        name: sum(
            attachment(parts, DenyPolicy(name, "", work.targets[name]), accounts.get(one, Account(one))).covered is True
            for one in ids
        )
        for name in attached
    }
    return [name for name in attached if reach[name] == max(reach.values())]


def _refuse_unattached(parts: Parts, work: _Work) -> None:
    """Nothing is written where it denies nobody: attached later, it would deny unnoticed."""
    names = ", ".join(parts.rules.deny.policy_ids)
    text = NOT_ATTACHED.format(names=names, are="are" if "," in names else "is")
    for step in [step for step in work.adds if not work.allowed[step.user.id]]:
        _fail(parts, step, text)
        work.adds.remove(step)


def _remember(parts: Parts, work: _Work) -> None:
    """Remembered before it is written: whatever happens now, nobody forgets to lift it."""
    parts.store.place_denies([remembered(parts, step.action) for step in work.adds])
    for policy_id, text in work.texts.items():
        if not denied_users(text):
            parts.store.keep_placeholder(policy_id, placeholder_of(text))


def remembered(parts: Parts, action: Action, *, name: str = "") -> PlacedDeny:
    """The deny that this action places, not confirmed yet; `name`: the user name that is denied, too."""
    user = action.user
    return PlacedDeny(
        user=user,
        policy_id="",
        since=parts.clock.now(),
        by=action.by,
        cover=(),
        confirmed=False,
        names=(name,) if name else (),
        reason=action.reason,
        not_disabled=action.not_disabled,
        long_sessions=parts.store.long_sessions(user.id),
        id=action.id,
    )


def _write_all(parts: Parts, work: _Work) -> None:
    """Until every text is as it should be, or somebody else changes them for too long. Raises AwsError, DenyError."""
    for _ in range(WRITE_ATTEMPTS):
        wanted = _wanted(parts, work)
        if not wanted:
            return
        for policy_id, text in wanted.items():
            _write_one(parts, work, policy_id, text)


def _write_one(parts: Parts, work: _Work, policy_id: str, text: str) -> None:
    if len(work.texts) > 1:
        # Others were read since this one was.
        now = parts.deny.text(policy_id)
        if now != work.texts[policy_id]:
            work.texts[policy_id] = now
            return
    steps = _meant(work, work.texts[policy_id], text)
    try:
        with ExitStack() as marked:
            for step in steps:
                marked.enter_context(operations.asking(parts, step.action, step.op))
            parts.deny.write(policy_id, text, work.texts[policy_id])
        work.asked += steps
    except AwsConflict:
        log.info("somebody else is changing the deny policy right now", policy=policy_id)
    work.texts[policy_id] = parts.deny.text(policy_id)


def _meant(work: _Work, before: str, after: str) -> list[_Step]:
    """The steps for which a policy becomes this text."""
    ids, names = denied_users(before) ^ denied_users(after), denied_names(before) ^ denied_names(after)
    leaving = {denied.user_id for denied in work.leaving if denied.user_name in names}
    return [
        step
        for step in (*work.adds, *work.removes, *work.names)
        if step.user.id in ids or step.who.user_name in names or (step in work.removes and step.user.id in leaving)
    ]


def _wanted(parts: Parts, work: _Work) -> dict[str, str]:
    """The texts that have to be written, by policy id."""
    texts = dict(work.texts)
    for policy_id, text in texts.items():
        out = [denied for denied in work.leaving if _is_in(text, denied)]
        if out:
            placeholder = parts.store.placeholder(policy_id) or PLACEHOLDER
            texts[policy_id] = change(text, kind=DocumentKind.SCP, remove=out, placeholder=placeholder)
    wanted = [step.who for step in work.adds]
    packed = pack(texts, wanted, work.allowed, names=parts.rules.deny.names)
    work.full = frozenset(denied.user_id for denied in packed.full)
    texts.update(packed.texts)
    for step in work.names:
        policy_id = step.op.operation.args["policy_id"]
        placeholder = parts.store.placeholder(policy_id) or PLACEHOLDER
        texts[policy_id] = with_name(step.op, texts[policy_id], DocumentKind.SCP, placeholder)
    return {policy_id: text for policy_id, text in texts.items() if text != work.texts[policy_id]}


def _is_in(text: str, denied: Denied) -> bool:
    return denied.user_id in denied_users(text) or bool(denied.user_name and denied.user_name in denied_names(text))


def named_in(op: Outcome) -> Denied:
    """The user as the operation names it; one that an older version stored names nobody by name."""
    return Denied(op.operation.args["user_id"], op.operation.args.get("user_name", ""))


def with_name(op: Outcome, text: str, kind: DocumentKind, placeholder: str = PLACEHOLDER) -> str:
    """The document as this operation on a name wants it; as it is when there is no room, or the user is not in it."""
    who = named_in(op)
    if op.operation.kind is OperationKind.RELEASE_NAME:
        held = op.operation.shown.get("holder_id") in denied_users(text)
        out = [] if held or who.user_name not in denied_names(text) else [Denied("", who.user_name)]
        return change(text, kind=kind, remove=out, placeholder=placeholder) if out else text
    if who.user_id not in denied_users(text) or who.user_name in denied_names(text):
        return text
    try:
        return change(text, kind=kind, add=[who])
    except DenyDocumentFull:
        return text


def removals(parts: Parts, user: User, name_now: str) -> list[Denied]:
    """The user as a lift takes it out: by id, by the name it has now, and by every name it was denied by that no other
    denied user has.
    """
    known = parts.store.deny(user.id)
    others = {name for deny in parts.store.denies() if deny.user.id != user.id for name in deny.names}
    names = [name for name in (known.names if known else ()) if name not in others]
    return [Denied(user.id, name) for name in dict.fromkeys((*names, name_now)) if name] or [Denied(user.id)]


def _settle(parts: Parts, work: _Work) -> None:
    """Note what the texts, as they were read back, say of each operation."""
    placed = []
    for step in list(work.adds):
        found = next((name for name, text in work.texts.items() if step.user.id in denied_users(text)), None)
        if found is None:
            # Read back, and not in it: so it is certain.
            _fail(parts, step, _full_text(work) if step.user.id in work.full else CONTESTED, OperationState.REFUSED)
            work.adds.remove(step)
        else:
            name = step.who.user_name if step.who.user_name in denied_names(work.texts[found]) else ""
            placed.append(replace(remembered(parts, step.action, name=name), policy_id=found, confirmed=True))
    parts.store.place_denies(placed)
    for step in work.adds:
        operations.set_state(parts, step.action, step.op, OperationState.DONE)
    for step in work.removes:
        out = [denied for denied in work.leaving if denied.user_id == step.user.id]
        if any(_is_in(text, denied) for text in work.texts.values() for denied in out):
            _fail(parts, step, CONTESTED, OperationState.REFUSED)
        else:
            operations.set_state(parts, step.action, step.op, OperationState.DONE)
    if placed:
        warn_when_nearly_full(
            parts, {name: work.texts[name] for name in parts.rules.deny.policy_ids if name in work.texts}
        )


def _settle_names(parts: Parts, work: _Work) -> None:
    for step in work.names:
        policy_id = step.op.operation.args["policy_id"]
        text = work.texts[policy_id]
        if with_name(step.op, text, DocumentKind.SCP) != text:
            _fail(parts, step, CONTESTED, OperationState.REFUSED)
        elif step.op.operation.kind is OperationKind.DENY_NAME and step.who.user_name not in denied_names(text):
            _fail(parts, step, no_room(text, step.who, policy_id), OperationState.REFUSED)
        else:
            operations.set_state(parts, step.action, step.op, OperationState.DONE)


def no_room(text: str, who: Denied, where: str) -> str:
    """Why a name did not go in."""
    if who.user_id not in denied_users(text):
        return f"The user's id is not in {where}."
    return f"{where} has no room for the name."


def _fail(parts: Parts, step: _Step, why: str, state: OperationState = OperationState.NOT_BEGUN) -> None:
    if state is OperationState.NOT_BEGUN and step.op.state is OperationState.ASKED:
        # The answer to an earlier request was lost.
        state = OperationState.UNKNOWN
    operations.set_state(parts, step.action, step.op, state, detail=why)


def _full_text(work: _Work) -> str:
    how = ", ".join(f"{name}: {len(text):,} of {MAX_CHARACTERS:,} characters" for name, text in work.texts.items())
    return FULL.format(how=how)


def warn_when_nearly_full(parts: Parts, texts: Mapping[str, str]) -> None:
    """Say, once a day, that the policies together are nearly full: before an emergency finds out."""
    if not texts:
        return
    share = sum(used(text, DocumentKind.SCP) for text in texts.values()) / len(texts)
    if share < NEARLY_FULL:
        return
    now = parts.clock.now()
    text = (
        f"The deny policies are {share:.0%} full ({', '.join(texts)}). Lift denies that are no longer needed, or make "
        "one more policy with leaverbot deny setup --name leaverbot-emergency-deny-2 and add its id to "
        "LEAVERBOT_DENY_SCP_ID, before an emergency finds no room."
    )
    parts.store.notice(f"nearly_full:{now:%Y-%m-%d}", NoticeKind.NEARLY_FULL, "", text, now)
