"""The message of a case: the fact first, then what it means, then what to press."""

from bot.core.cases import Case, CaseState, CloseReason
from bot.core.models import Grant, worst_first
from bot.core.plans import ActionKind, OperationState
from bot.core.views import ActionState, ActionView, CaseView, Control
from bot.slack import words
from bot.slack.blocks import Block, Message, confirm, context, first_that_fit, message, plain_text, section, with_ids
from bot.slack.payloads import ACTION_IDS, encode_control
from bot.slack.text import clean, cut, listed, mention, name, plain, plural, say, size, took, when

# As many ways in as a phone shows without scrolling far; Details has them all.
MOST_SHOWN, SHOWN_SIZE = 8, 2000
LABELS = {
    Control.REVOKE: "Revoke access",
    Control.DENY: "Emergency deny",
    Control.LIFT: "Lift deny",
    Control.DELETE: "Delete user",
    Control.DETAILS: "Details",
}
STYLES = {Control.REVOKE: "primary", Control.DENY: "danger", Control.DELETE: "danger"}
FOUND_BY = {
    "schedule": "the scheduled scan",
    "start": "the scan at the start of leaverbot",
    "command": "a scan somebody asked for",
    "action": "the scan after an action",
}


def case_message(view: CaseView) -> Message:
    """The case as it is now. Its block ids change with the case's version."""
    title = case_title(view)
    blocks = case_blocks(view, title)
    stem = f"{view.case.version}.{view.case.id}"
    return message(_essential(view, title), with_ids(blocks, stem))


def case_blocks(view: CaseView, title: str) -> list[Block]:
    case = view.case
    texts = [f"*{title}*\n{_who(case)}"]
    result = cut(_result(view), 2200)
    if case.state is CaseState.OPEN:
        texts += [_ways_in(case), _dead(case), _open_sessions(view), _sessions_end(view), result]
    else:
        texts += [result, _sessions_end(view), _dead(case)]
    texts.append(cut(words.deny_line(view.deny), 1800) if view.deny else "")
    blocks = [section(text) for text in texts if text]
    if view.controls:
        blocks.append({"type": "actions", "elements": [_button(control, view) for control in view.controls]})
    blocks += [context(text) for text in (_history(view), *_marks(view)) if text]
    return blocks


def case_title(view: CaseView) -> str:
    """The one sentence that has to be right."""
    case, who = view.case, words.user_label(view.case.user, 100)
    if case.state is CaseState.OPEN:
        return _open_title(view, who)
    if view.deleted:
        return f"{who} was deleted from the directory"
    if case.closed_reason is CloseReason.ENABLED:
        blocked = " and is still blocked by an emergency deny: lift it if that is right" if view.deny else ""
        return f"{who} was enabled again{blocked}"
    if case.closed_reason is CloseReason.GONE:
        return f"{who} is no longer in the directory"
    if case.closed_reason is CloseReason.DELETED:
        return f"{who} was deleted from the directory"
    dead = any(not grant.usable for grant in case.grants)
    return f"{who} has no account assignment left" + (" that anybody can use" if dead else "")


def _open_title(view: CaseView, who: str) -> str:
    accounts = words.account_ids(view.case.usable)
    if not accounts:
        return (
            f"{who} still has {plural(len(view.case.usable), 'way')} in"
            if view.case.usable
            else f"{who} may have access"
        )
    denied = {cover.account.id for cover in view.deny.cover if cover.covered} if view.deny else set()
    reach = [account for account in accounts if account not in denied]
    held = len(accounts) - len(reach)
    if not reach:
        return f"{who} still has access to {plural(held, 'AWS account')}, held back by an emergency deny"
    title = f"{who} can still get into {plural(len(reach), 'AWS account')}"
    return f"{title}; an emergency deny holds back {held} more" if held else title


def _who(case: Case) -> str:
    user, lines = case.user, []
    if case.closed_reason is not CloseReason.ENABLED:
        since = (
            f"since about {when(user.updated_at)} (AWS does not say exactly)"
            if user.updated_at
            else "(AWS gives no time)"
        )
        lines.append(f"Disabled {since}")
    if case.state is CaseState.OPEN:
        lines.append(words.severity_line(case.severity, case.usable, case.management_account_id))
    facts = [" · ".join(lines), words.identity(user)]
    if user.scim and case.state is CaseState.OPEN:
        facts.append(words.SCIM)
    return "\n".join(fact for fact in facts if fact)


def _ways_in(case: Case) -> str:
    if not case.usable:
        return ""
    ordered = worst_first(case.usable, case.management_account_id)
    lines = [words.grant_line(grant, case.management_account_id) for grant in ordered]
    kept = first_that_fit(lines, MOST_SHOWN, SHOWN_SIZE)
    rest = ordered[len(kept) :]
    more = [f"• {len(rest):,} more: {_accounts(rest)}"] if rest else []
    return "\n".join([f"{words.ways(case.usable)}:", *kept, *more])


def _accounts(grants: tuple[Grant, ...]) -> str:
    """The accounts of these grants, a few by name."""
    labels = {grant.account_id: words.account_label(grant.account_id, grant.account_name, 30) for grant in grants}
    return listed(list(labels.values()), most=4)


def _dead(case: Case) -> str:
    dead = [grant for grant in worst_first(case.grants, case.management_account_id) if not grant.usable]
    if not dead:
        return ""
    lines = [words.grant_line(grant, case.management_account_id, 40) for grant in dead]
    kept = first_that_fit(lines, 4, 700)
    more = [f"• {len(dead) - len(kept):,} more, see Details"] if len(kept) < len(dead) else []
    head = f"{plural(len(dead), 'grant')} in suspended or closed accounts. {words.DEAD}"
    return "\n".join([head, *kept, *more])


def _open_sessions(view: CaseView) -> str:
    if not view.case.usable:
        return ""
    live = f"Open sessions live on {words.sessions(view.case.usable)}. Revoke access does not end them."
    if view.deny:
        return f"{live} The emergency deny stops them where it holds."
    if view.deny_ready:
        return f"{live} {words.DENY_STOPS}"
    return f"{live} Emergency deny would stop them, but it is not set up."


def _sessions_end(view: CaseView) -> str:
    """When the last session that was opened with access that is gone now is over."""
    until = view.case.sessions_until
    if until is None or view.case.closed_reason is CloseReason.ENABLED:
        return ""
    if view.case.state is CaseState.OPEN:
        return f"Sessions of access that is gone already may live until {when(until)}."
    return f"Open sessions end by {when(until)} at the latest."


def _result(view: CaseView) -> str:
    """How the newest action ended, where title and deny line do not say it; and how the access was taken away."""
    lines = [_ended(view)]
    revoke = view.revoke
    if revoke and revoke != view.latest and revoke.state is ActionState.DONE and not revoke.dry_run:
        lines.insert(0, _revoked(view, revoke))
    return "\n".join(line for line in lines if line)


def _ended(view: CaseView) -> str:
    latest = view.latest
    if latest is None or not latest.state.final:
        return ""
    at = when(latest.verified_at or latest.finished_at or latest.asked_at)
    what, who = words.ACTION_NAMES[latest.kind], mention(latest.by)
    why = f" {say(latest.message, 600)}" if clean(latest.message) else ""
    if latest.state is ActionState.REFUSED:
        return f"{what} by {who} was refused, {at}.{why}"
    if latest.state is ActionState.FAILED:
        return f"{what} by {who} failed, {at}.{why}"
    if latest.dry_run:
        return f"{what} by {who}, {at}.{why or ' Dry run: nothing was sent to AWS.'}"
    if latest.kind is ActionKind.REVOKE:
        return _revoked(view, latest)
    if latest.kind is ActionKind.LIFT and latest.state is ActionState.DONE and not view.deny:
        return f"Deny lifted by {who}, {at}."
    if latest.kind is ActionKind.DENY and view.deny:
        return ""
    if latest.kind is ActionKind.DELETE and latest.state is ActionState.DONE:
        return f"Deleted by {who}, {at}."
    return f"{what} by {who}, {at}.{why}" if why else ""


def _revoked(view: CaseView, latest: ActionView) -> str:
    who, finished = mention(latest.by), latest.finished_at or latest.asked_at
    duration = took((finished - latest.asked_at).total_seconds())
    did = words.counted(latest.outcomes) or "nothing was removed"
    checked = f"Checked again at {when(latest.verified_at)}" if latest.verified_at else "Not checked again"
    left = words.left_open(latest)
    if latest.state is ActionState.DONE:
        return f"Revoked by {who} in {duration}: {did}. {checked}: {len(left)} left."
    done = sum(outcome.state is OperationState.DONE for outcome in latest.outcomes)
    lines = [f"Revoke by {who}: {done} of {len(latest.outcomes)} done in {duration} ({did}). {checked}."]
    if left:
        management = view.case.management_account_id
        ordered = worst_first(left, management)
        named = [f"{words.place(grant, management, 40)} · {words.permission(grant, 40)}" for grant in ordered]
        lines.append(f"Left: {listed(named, most=3)}.")
    if clean(latest.message):
        lines.append(f"Why: {say(latest.message, 600)}")
    return "\n".join(lines)


def _history(view: CaseView) -> str:
    case = view.case
    parts = [f"Open since {when(case.opened_at)}" if case.state is CaseState.OPEN else f"Opened {when(case.opened_at)}"]
    parts.append(f"found by {FOUND_BY.get(case.found_by) or name(case.found_by, 40)}")
    latest = view.latest
    if case.state is CaseState.CLOSED:
        parts.append(_closed(case))
    elif latest is None:
        parts.append("nobody is on it yet")
    if latest and not latest.state.final:
        parts = [progress(latest), *parts]
    return " · ".join(parts)


def progress(latest: ActionView) -> str:
    """Revoke started by @x, 09:42 · 5 of 7 done."""
    dry = "Dry run: " if latest.dry_run else ""
    started = f"{dry}{words.ACTION_NAMES[latest.kind]} started by {mention(latest.by)}, {when(latest.asked_at)}"
    if latest.state is ActionState.QUEUED or not latest.outcomes:
        return f"{started} · reading AWS first"
    return f"{started} · {latest.done} of {len(latest.outcomes)} done"


def _closed(case: Case) -> str:
    who = mention(case.closed_by) if case.closed_by else "leaverbot"
    reason = {
        CloseReason.NO_GRANTS: "the access was taken away without leaverbot",
        CloseReason.REVOKED: f"revoked by {who}",
        CloseReason.ENABLED: "the user was enabled again. If that is wrong, disable the account in your directory",
        CloseReason.GONE: "the user was deleted without leaverbot",
        CloseReason.DELETED: f"deleted by {who}",
        None: "no reason is known",
    }[case.closed_reason]
    return f"closed {when(case.closed_at)}: {reason}" if case.closed_at else f"closed: {reason}"


def _marks(view: CaseView) -> list[str]:
    case = view.case
    marks = []
    if not case.read_complete:
        marks.append(
            f"Not everything could be read in the last scan ({when(case.read_at)}). There may be more ways in, "
            "and some of these may be gone."
        )
    if view.superseded:
        marks.append("There is a newer alert for this user. Use that one.")
    if view.protected:
        marks.append("Protected (LEAVERBOT_PROTECTED_USERS): leaverbot shows this user and never acts on it.")
    if view.watch_only:
        marks.append(
            "Watch only: nobody is named in LEAVERBOT_RESPONDERS or LEAVERBOT_ADMINS, so there are no buttons."
        )
    if view.dry_run:
        marks.append("Dry run (LEAVERBOT_DRY_RUN): everything is planned and shown, nothing is changed in AWS.")
    return marks


def _button(control: Control, view: CaseView) -> Block:
    button: Block = {
        "type": "button",
        "action_id": ACTION_IDS[control],
        "text": plain_text(LABELS[control]),
        "value": encode_control(view.case.id, view.case.version),
    }
    if control in STYLES:
        button["style"] = STYLES[control]
    user = view.case.user
    who = plain(words.best_name(user), 40)
    if control is Control.DENY:
        button["confirm"] = confirm(f"Emergency deny for {who}?", words.deny_words(user), "Emergency deny", "danger")
    if control is Control.LIFT:
        since = view.deny.since if view.deny else None
        button["confirm"] = confirm(f"Lift the deny of {who}?", words.lift_words(user, since), "Lift deny", "primary")
    return button


def _essential(view: CaseView, title: str) -> str:
    """What a notification and a screen reader get."""
    case = view.case
    parts = [title]
    if case.state is CaseState.OPEN:
        parts.append(words.severity_line(case.severity, case.usable, case.management_account_id))
        if case.usable:
            parts.append(words.ways(case.usable))
    if view.latest and not view.latest.state.final:
        parts.append(progress(view.latest))
    return ". ".join(part for part in parts if size(part) < 900) + "."
