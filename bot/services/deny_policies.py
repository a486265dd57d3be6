"""Write service control policies for all denies and lifts under way, each policy once, and read it back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.core.deny import (
    MAX_CHARACTERS,
    NEARLY_FULL,
    PLACEHOLDER,
    Denied,
    DocumentKind,
    by_name,
    change,
    denied_names,
    denied_users,
    pack,
    placeholder_of,
    used,
)
from bot.core.errors import AwsConflict, AwsError, AwsNotFound, AwsUnavailable, DenyError
from bot.core.models import Account, User
from bot.core.plans import OperationKind, OperationState
from bot.core.views import NoticeKind
from bot.ports import DenyPolicy, StoredAction, StoredDeny, StoredOperation
from bot.services import operate
from bot.services.parts import Parts
from bot.services.proving import ACCOUNT_AGE, attachment, roles_of

log = structlog.get_logger(__name__)

# Somebody else may change a policy at the same moment; then it is read and written again, this often.
WRITE_ATTEMPTS = 5
CONTESTED = "Somebody else keeps changing the deny policy at the same time. Try again."
FULL = (
    "The deny policies are full ({how}). Lift denies that are no longer needed, or make one more policy with "
    "`leaverbot deny setup --name leaverbot-emergency-deny-2` and add its id to LEAVERBOT_DENY_SCP_ID."
)
NOT_ATTACHED = (
    "{names} {are} attached to nothing, so a deny in it would deny nobody. Attach it to the root or to organizational "
    "units (`leaverbot deny setup` does), then press Emergency deny again."
)


def denied_as(parts: Parts, user: User) -> Denied:
    """The user as a deny names it."""
    return Denied(user.id, user.user_name if parts.rules.deny.names and by_name(user.user_name) else "")


@dataclass(frozen=True, slots=True)
class _Step:
    """One operation with the action it belongs to."""

    action: StoredAction
    op: StoredOperation

    @property
    def user(self) -> User:
        return self.action.view.user


@dataclass(slots=True)
class _Work:
    """What is to be done, and the policies as they were read last. `broken`: those that can not be used, and why;
    `full`: users for whom there is no room; `allowed`: the policies a user may be denied in; `leaving`: those who go.
    """

    adds: list[_Step]
    removes: list[_Step]
    targets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    broken: dict[str, Exception] = field(default_factory=dict)
    full: frozenset[str] = frozenset()
    allowed: dict[str, list[str]] = field(default_factory=dict)
    leaving: list[Denied] = field(default_factory=list)


def write(parts: Parts, actions: Sequence[StoredAction]) -> None:
    """Carry out every operation of these actions on service control policies; what AWS can not be asked for now is
    left for the next round.
    """
    steps = [_Step(action, op) for action in actions for op in action.operations if not op.state.final]
    work = _Work(_of(steps, OperationKind.ADD_TO_DENY), _of(steps, OperationKind.REMOVE_FROM_DENY))
    if not work.adds and not work.removes:
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
        for step in (*work.adds, *work.removes):
            _fail(parts, step, str(error))
        return
    _settle(parts, work)


def _of(steps: Iterable[_Step], kind: OperationKind) -> list[_Step]:
    return [step for step in steps if step.op.operation.kind is kind]


def _read(parts: Parts, work: _Work) -> None:
    """Attachments first, then the texts: the shorter ago a text was read, the less can have happened to it."""
    known = [parts.store.deny(step.user.id) for step in work.removes]
    configured = parts.rules.deny.policy_ids if parts.rules.deny.scp else ()
    # A lift looks everywhere: in the policy it was placed in, even when the settings name another one by now.
    policy_ids = dict.fromkeys((*parts.rules.deny.policy_ids, *(deny.policy_id for deny in known if deny)))
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
    work.leaving = [denied for step in work.removes for denied in removals(parts, step.user)]
    for step in work.adds:
        work.allowed[step.user.id] = _allowed(parts, step.user, work, configured)


def _allowed(parts: Parts, user: User, work: _Work, configured: Iterable[str]) -> list[str]:
    """The policies a deny of this user may go into: those whose attachments reach the most of the user's accounts."""
    attached = [name for name in configured if work.targets.get(name)]
    if len({work.targets[name] for name in attached}) <= 1:
        return attached
    try:
        accounts = parts.access.accounts(max_age=ACCOUNT_AGE)
    except AwsError:
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


def remembered(parts: Parts, action: StoredAction, *, name: str = "") -> StoredDeny:
    """The deny that this action places, not confirmed yet; `name`: the user name that is denied, too."""
    user = action.view.user
    return StoredDeny(
        user=user,
        policy_id="",
        since=parts.clock.now(),
        by=action.view.by,
        cover=(),
        confirmed=False,
        names=(name,) if name else (),
        reason=action.view.reason,
        not_disabled=action.view.not_disabled,
        id=action.view.id,
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
    try:
        parts.deny.write(policy_id, text, work.texts[policy_id])
    except AwsConflict:
        log.info("somebody else changes the deny policy at this moment", policy=policy_id)
    work.texts[policy_id] = parts.deny.text(policy_id)


def _wanted(parts: Parts, work: _Work) -> dict[str, str]:
    """The texts that have to be written, by policy id."""
    texts = dict(work.texts)
    for policy_id, text in texts.items():
        out = [denied for denied in work.leaving if _is_in(text, denied)]
        if out:
            placeholder = parts.store.placeholder(policy_id) or PLACEHOLDER
            texts[policy_id] = change(text, kind=DocumentKind.SCP, remove=out, placeholder=placeholder)
    wanted = [denied_as(parts, step.user) for step in work.adds]
    packed = pack(texts, wanted, work.allowed, names=parts.rules.deny.names)
    work.full = frozenset(denied.user_id for denied in packed.full)
    texts.update(packed.texts)
    return {policy_id: text for policy_id, text in texts.items() if text != work.texts[policy_id]}


def _is_in(text: str, denied: Denied) -> bool:
    return denied.user_id in denied_users(text) or bool(denied.user_name and denied.user_name in denied_names(text))


def removals(parts: Parts, user: User) -> list[Denied]:
    """The user as a lift takes it out: by id, and by every name it was denied by that no other denied user has."""
    known = parts.store.deny(user.id)
    names = (known.names if known else ()) or (denied_as(parts, user).user_name,)
    others = {name for deny in parts.store.denies() if deny.user.id != user.id for name in deny.names}
    return [Denied(user.id, name) for name in names if name and name not in others] or [Denied(user.id)]


def _settle(parts: Parts, work: _Work) -> None:
    """Note what the texts, as they were read back, say of each operation."""
    placed = []
    for step in list(work.adds):
        found = next((name for name, text in work.texts.items() if step.user.id in denied_users(text)), None)
        if found is None:
            _fail(parts, step, _full_text(work) if step.user.id in work.full else CONTESTED)
            work.adds.remove(step)
        else:
            name = denied_as(parts, step.user).user_name
            name = name if name in denied_names(work.texts[found]) else ""
            placed.append(replace(remembered(parts, step.action, name=name), policy_id=found, confirmed=True))
    parts.store.place_denies(placed)
    for step in work.adds:
        operate.set_state(parts, step.action, step.op, OperationState.DONE)
    for step in work.removes:
        out = [denied for denied in work.leaving if denied.user_id == step.user.id]
        if any(_is_in(text, denied) for text in work.texts.values() for denied in out):
            _fail(parts, step, CONTESTED)
        else:
            operate.set_state(parts, step.action, step.op, OperationState.DONE)
    if placed:
        warn_when_nearly_full(
            parts, {name: work.texts[name] for name in parts.rules.deny.policy_ids if name in work.texts}
        )


def _fail(parts: Parts, step: _Step, why: str) -> None:
    operate.set_state(parts, step.action, step.op, OperationState.FAILED, detail=why)


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
