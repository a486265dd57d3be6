"""The messages about many people at once: the brake, and people for whom rules wait."""

from collections.abc import Iterable, Mapping

from bot.core.kinds import DELETE, DENY, REVOKE, Kind
from bot.core.rules.brake import BrakeView
from bot.core.rules.holds import HoldView, WhyHeld
from bot.slack.blocks import Block, Message, code_blocks, confirm, message, packed, plain_text, section
from bot.slack.buttons import actions
from bot.slack.payloads import encode_decision
from bot.slack.wording import names
from bot.slack.wording.rules.brake import ACCEPT_COMMAND, RELEASE_COMMAND, between, people_were
from bot.slack.wording.text import code, link, listed, mention, plural, when
from bot.slack.wording.titles import by_severity

# What Slack calls the buttons.
RELEASE_ID, ACCEPT_ID = "brake_release", "rules_accept"
_DOES: Mapping[Kind, str] = {DENY: "deny", REVOKE: "revoke", DELETE: "delete users without access"}
_WHY: Mapping[WhyHeld, str] = {
    WhyHeld.FIRST_SCAN: "The first scan of this database found them already disabled.",
    WhyHeld.RULES_CHANGED: "Rules reach further than before: one was switched on, acts sooner, or acts on more people.",
    WhyHeld.BRAKE_ENDED: "The brake ended by itself, and these people are still disabled.",
}


def brake_message(view: BrakeView) -> Message:
    """Who was disabled when, what stands still because of it, and how it ends: always as it is now."""
    title = _brake_title(view)
    lines = [f"*{title}*", *(_engaged(view) if view.brake.engaged else _ended(view))]
    return message(title, [*_sections(lines), *_release(view)])


def _brake_title(view: BrakeView) -> str:
    brake = view.brake
    if brake.engaged:
        return f"{people_were(view.total)} disabled {between(brake)}: usually a directory mistake"
    if brake.ended_by:
        return f"The brake was released by {mention(brake.ended_by)}"
    return "The brake ended by itself: most of its people are enabled again or gone"


def _engaged(view: BrakeView) -> Iterable[str]:
    if view.left < view.total:
        yield f"Enabled again or gone: {view.total - view.left:,}. Still disabled: {view.left:,}."
    yield _access(view)
    yield (
        "They get no alerts of their own, except a few whose access was used while disabled. No rule acts on "
        "anybody, and deletes wait. You can still revoke and deny them one by one."
    )
    yield "If it is a mistake, enable them in your directory: when few are left, the brake ends by itself."
    yield f"If they did leave, an admin {'presses *Release*' if view.buttons else 'releases the brake in a terminal'}."


def _ended(view: BrakeView) -> Iterable[str]:
    brake = view.brake
    ended = f", {when(brake.ended_at)}" if brake.ended_at else ""
    yield f"{people_were(view.total)} disabled {between(brake)}. Still disabled: {view.left:,}."
    yield f"It ended{ended}. Deletes go on, and so do rules that are on."
    if view.held and view.rules_on:
        yield f"Rules wait before they act on the {view.held:,} still disabled: another message asks about them."


def hold_message(view: HoldView) -> Message:
    """For whom rules wait and why, and what they would do: always as it is now."""
    hold = view.hold
    if hold.accepted_at:
        title = "Rules do not wait here any more"
        ended = f"Nobody they waited for is left, or a newer message asks. Ended {when(hold.accepted_at)}."
        if hold.accepted_by:
            title = f"Rules may act on {_these(len(hold.user_ids))}"
            ended = f"Allowed by {mention(hold.accepted_by)}, {when(hold.accepted_at)}. Each act is announced first."
        return message(title, _sections([f"*{title}*", ended]))
    title = f"Rules wait: they would act on {plural(view.count, 'disabled person', 'disabled people')}"
    lines = [f"*{title}*", _WHY[hold.why], _access(view), _would(view)]
    return message(title, [*_sections(lines), *_accept(view)])


def _would(view: HoldView) -> str:
    if not view.rules:
        return "No rule is on now."
    does = [f"{_DOES[rule.kind]} ({code(str(rule))})" for rule in view.rules]
    who = "an admin presses the button" if view.buttons else "an admin says so in a terminal"
    return (
        f"The rules that are on: {listed(does)}. They act on none of these people until {who}. After that each acts in "
        "its own time, announced first."
    )


def _these(count: int, people: str = " people") -> str:
    """What stands behind "act on": this person, these 40."""
    return f"these {count:,}{people}" if count != 1 else "this person"


def _access(view: BrakeView | HoldView) -> str:
    """How many can get in, and whose access is worst."""
    counts, worst = view.by_severity, view.worst
    total = sum(counts.values())
    named = listed([link(view.links.get(user.id, ""), names.user_label(user, 60)) for user in worst])
    if not total:
        return f"None of them has an open case{f' ({named} …)' if named else ''}."
    rest = " …" if total > len(worst) else ""
    has = "has" if total == 1 else "have"
    return f"{total:,} of them still {has} access ({by_severity(counts)}). The worst: {named}{rest}."


def _release(view: BrakeView) -> list[Block]:
    brake = view.brake
    if not brake.engaged:
        return []
    if not view.buttons:
        return code_blocks([RELEASE_COMMAND])
    ask = confirm(
        f"Release the brake for {plural(view.left, 'person', 'people')}?",
        "Rules that are on may then act on them as on anybody else; each act is announced first. Those with access are "
        "listed in one message, and deletes go on.",
        "Release",
        "danger",
    )
    return [_button(RELEASE_ID, "Release", encode_decision(brake.id, view.left, brake.version), ask)]


def _accept(view: HoldView) -> list[Block]:
    hold = view.hold
    if not view.rules or not view.count:
        return []
    if not view.buttons:
        return code_blocks([ACCEPT_COMMAND])
    label = f"Let rules act on {_these(view.count, '')}"
    does = listed([_DOES[rule.kind] for rule in view.rules])
    ask = confirm(
        f"{label}?",
        f"Rules will {does}, each in its own time and announced first. You can stop them for each person.",
        "Let rules act",
        "danger",
    )
    return [_button(ACCEPT_ID, label, encode_decision(hold.id, view.count, hold.version), ask)]


def _button(name: str, label: str, value: str, ask: Block) -> Block:
    button = {"type": "button", "action_id": name, "text": plain_text(label), "value": value, "style": "danger"}
    return actions([{**button, "confirm": ask}])


def _sections(lines: Iterable[str]) -> list[Block]:
    return [section(text) for text in packed(line for line in lines if line)]
