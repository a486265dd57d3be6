"""`/leavers …`: parse, one service call, answer."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.core.actions import Asker
from bot.core.kinds import Kind, Role
from bot.core.leaves.leave import Terms
from bot.core.leaves.times import read_time, split
from bot.core.lists.filters import WORDS
from bot.core.reasons import Code, Reason
from bot.core.typed_names import named, visible
from bot.ports import Verdict
from bot.services.actions.groups import roles as roles_of
from bot.services.context import Context
from bot.services.leaves.schedule import refuse_schedule
from bot.services.leaves.views import list_leaves
from bot.services.messages.summary import summary
from bot.services.questions.status import Status
from bot.services.rules import limits
from bot.services.scan.run import request_scan
from bot.services.viewers import refuse_view
from bot.slack import messages
from bot.slack.lists.presses import open_message
from bot.slack.messages import Message
from bot.slack.messages.help import action_verbs, note_verbs, question_verbs
from bot.slack.presses.rules import RuleNotes

COMMAND = "/leavers"
GOES_ON = "What was waiting continues now, and the limit's hour starts again."
# What may stand between the words of a command, dashes that phones make of a hyphen included.
_BETWEEN = r"[\s_\-\u2010-\u2015]*"

# Slack makes links of names that look like addresses.
_LINK = re.compile(r"<[^<>|]*\|([^<>|]*)>")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was typed. `verb` None: no such command, and `meant` may be a guess: the command with its argument. `kind`:
    the kind of action that the command asks for.
    """

    verb: str | None
    argument: str = ""
    typed: str = ""
    meant: str | None = None
    kind: Kind | None = None


def parse(text: str) -> Parsed:
    """Read the text behind the command. Never fails."""
    # Slack sends &, < and > as entities.
    plain = visible(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    typed, _, rest = _hyphenated(plain).partition(" ")
    argument, meant = named(rest), typed.lower() or "list"
    if meant in {"list", *WORDS}:
        return Parsed("list", _LINK.sub(r"\1", rest if meant == "list" else f"{meant} {rest}").strip(), typed)
    kind = action_verbs().get(meant)
    if kind or meant in {*question_verbs(), *note_verbs()}:
        return Parsed(meant, argument, typed, kind=kind)
    return Parsed(None, argument, typed, _guess(typed, argument))


def _hyphenated(text: str) -> str:
    """The text with a command of several words joined by hyphens, however it was typed."""
    for verb in (*action_verbs(), *note_verbs(), "go-on", *WORDS):
        words = _BETWEEN.join(verb.split("-"))
        text = re.sub(rf"^\s*{words}(?=\s|$)", verb, text, flags=re.IGNORECASE) if "-" in verb else text
    return text


def _guess(typed: str, argument: str) -> str | None:
    """The command that was probably meant; never one that changes anything."""
    changing = {*action_verbs(), *note_verbs(), "go-on"}
    close = difflib.get_close_matches(typed.lower(), [*question_verbs(), *WORDS, *changing], n=1, cutoff=0.5)
    if not close or close[0] in changing:
        return None
    return f"{close[0]} {argument}".rstrip() if close[0] in {"show", *WORDS} else close[0]


@dataclass(frozen=True, slots=True)
class Commands:
    """Carries commands out. `status`: leaverbot's health, as this process knows it."""

    context: Context
    status: Callable[[], Status]

    def answer(self, parsed: Parsed, asker: Asker) -> Message:
        """What the asker sees at once, for every command but those that open a dialog."""
        if parsed.verb is None:
            return messages.help_message(parsed.meant, parsed.typed)
        # What asks for an action is refused by role, later.
        if parsed.verb != "help" and not parsed.kind:
            refused = refuse_view(self.context, asker, parsed.verb, parsed.argument)
            if refused:
                return messages.refusal_message(refused)
        if not parsed.argument and (parsed.kind or parsed.verb == "show" or parsed.verb in note_verbs()):
            return messages.plain_message(f"Who? For example: {COMMAND} {parsed.verb} dana.rossi")
        if parsed.verb in note_verbs():
            return RuleNotes(self.context).command(note_verbs()[parsed.verb], parsed.argument, asker)
        answers: dict[str, Callable[[], Message]] = {
            "list": lambda: open_message(self.context, asker, parsed.argument),
            "help": messages.help_message,
            "summary": lambda: messages.summary_message(summary(self.context)),
            "orphans": lambda: messages.orphans_message(self.context.store.orphans()),
            "status": lambda: messages.status_message(self.status()),
            "unused": lambda: self._unused(asker),
            "scan": lambda: self._scan(asker),
            "schedule": lambda: self._schedule(parsed, asker),
            "go-on": lambda: self._go_on(asker),
            "show": lambda: self._show(parsed, asker),
        }
        return answers[parsed.verb]()

    def _schedule(self, parsed: Parsed, asker: Asker) -> Message:
        """Have a leave scheduled, once its time is understood; without anything more, list them."""
        if parsed.argument.lower() in {"", "list"}:
            return messages.leaves_message(list_leaves(self.context))
        who, typed, revoke = split(parsed.argument)
        refused = refuse_schedule(self.context, asker, roles_of(self.context, asker.user), who)
        if refused:
            return messages.refusal_message(refused)
        if not who:
            return messages.plain_message("Who? Type the user before the time: dana.rossi 2026-11-30 18:00.")
        at = read_time(typed, self.context.zone, self.context.clock.now()) if typed else Reason(Code.TIME_MISSING)
        if isinstance(at, Reason):
            return messages.plain_message(self.context.words(at))
        self.context.work.start_leave(asker, self.context.new_id(), who, Terms(at, revoke))
        return messages.plain_message(f"Looking for “{who}” in the directory…")

    def _scan(self, asker: Asker) -> Message:
        self.context.store.record(self.context.clock.now(), asker.user, "scan", "", Verdict.ASKED, "")
        _, joined = request_scan(self.context, "command", asker)
        if joined:
            return messages.plain_message("A scan is already running. You will get the result here.")
        return messages.plain_message("A scan was started. You will get the result here.")

    def _go_on(self, asker: Asker) -> Message:
        refused = limits.go_on(self.context, asker, roles_of(self.context, asker.user))
        return messages.refusal_message(refused) if refused else messages.plain_message(GOES_ON)

    def _unused(self, asker: Asker) -> Message:
        self.context.work.start_unused(asker, may_delete=Role.ADMIN in roles_of(self.context, asker.user))
        return messages.plain_message("Reading the permission sets…")

    def _show(self, parsed: Parsed, asker: Asker) -> Message:
        self.context.work.start_show(asker, parsed.argument)
        return messages.plain_message(f"Looking for “{parsed.argument}” in the directory…")
