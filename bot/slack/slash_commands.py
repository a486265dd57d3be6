"""`/leavers …`: parse, one service call, answer."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core import actions
from bot.core.authorization import Refused
from bot.core.names import named, visible
from bot.ports import Asker, Verdict
from bot.services import questions
from bot.services.actions import dialogs
from bot.services.context import Parts
from bot.services.messages.summary import summary
from bot.services.scan.run import request_scan
from bot.slack import messages
from bot.slack.connection.client import SlackChat
from bot.slack.messages import Message
from bot.slack.people import People

COMMAND = "/leavers"


class Verb(StrEnum):
    LIST = "list"
    SHOW = "show"
    SCAN = "scan"
    REVOKE = "revoke"
    DENY = "deny"
    LIFT = "lift"
    DELETE = "delete"
    SHUT_OUT = "shut-out"
    UNUSED = "unused"
    ORPHANS = "orphans"
    SUMMARY = "summary"
    HELP = "help"


DIALOG_VERBS: Mapping[Verb, actions.Dialog] = {
    Verb.SHUT_OUT: actions.SHUT_OUT,
    Verb.REVOKE: actions.REVOKE,
    Verb.DENY: actions.DENY,
    Verb.LIFT: actions.LIFT,
    Verb.DELETE: actions.DELETE,
}
NEEDS_USER = frozenset({*DIALOG_VERBS, Verb.SHOW})
# However it is written, dashes that phones make of a hyphen included.
SHUT_OUT = re.compile(r"^\s*shut[\s_\-\u2010-\u2015]*out(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was typed. `verb` None: no such command, and `meant` may be a guess: the command with its argument."""

    verb: Verb | None
    argument: str = ""
    typed: str = ""
    meant: str | None = None

    @property
    def opens_dialog(self) -> bool:
        return self.verb in DIALOG_VERBS and bool(self.argument)


def parse(text: str) -> Parsed:
    """Read the text behind the command. Never fails."""
    # Slack sends &, < and > as entities.
    plain = visible(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    typed, _, rest = SHUT_OUT.sub(str(Verb.SHUT_OUT), plain).partition(" ")
    argument = named(rest)
    try:
        return Parsed(Verb(typed.lower() or Verb.LIST), argument, typed)
    except ValueError:
        return Parsed(None, argument, typed, _guess(typed, argument))


def _guess(typed: str, argument: str) -> str | None:
    """The command that was probably meant; never one that changes anything."""
    close = difflib.get_close_matches(typed.lower(), [str(verb) for verb in Verb], n=1, cutoff=0.5)
    verb = Verb(close[0]) if close else None
    if verb is None or verb in DIALOG_VERBS:
        return None
    return f"{verb} {argument}".rstrip() if verb in NEEDS_USER else str(verb)


@dataclass(frozen=True, slots=True)
class Commands:
    """Carries commands out."""

    parts: Parts
    chat: SlackChat
    people: People

    def answer(self, parsed: Parsed, asker: Asker) -> Message:
        """What the asker sees at once, for every command but those that open a dialog."""
        if parsed.verb is None:
            return messages.help_message(parsed.meant, parsed.typed)
        if parsed.verb in NEEDS_USER and not parsed.argument:
            return messages.plain_message(f"Whom? For example {COMMAND} {parsed.verb} dana.rossi")
        answers: dict[Verb, Callable[[], Message]] = {
            Verb.LIST: lambda: messages.list_message(questions.list_open(self.parts)),
            Verb.HELP: messages.help_message,
            Verb.SUMMARY: lambda: messages.summary_message(summary(self.parts)),
            Verb.ORPHANS: lambda: messages.orphans_message(questions.list_orphans(self.parts)),
            Verb.UNUSED: lambda: self._unused(asker),
            Verb.SCAN: lambda: self._scan(asker),
            Verb.SHOW: lambda: self._show(parsed, asker),
        }
        return answers[parsed.verb]()

    def dialog(self, parsed: Parsed, asker: Asker, trigger_id: str) -> Message | None:
        """Open the dialog; the refusal when the asker may not. Only for what `opens_dialog`."""
        assert parsed.verb is not None
        kind = DIALOG_VERBS[parsed.verb]
        dialog = dialogs.open_dialog(self.parts, kind, asker, self.people.roles(asker.user), query=parsed.argument)
        if isinstance(dialog, Refused):
            return messages.refusal_message(dialog)
        view_id = self.chat.open_dialog(trigger_id, dialogs.reading(dialog))
        dialogs.opened(self.parts, dialog, view_id)
        return None

    def _scan(self, asker: Asker) -> Message:
        self.parts.store.record(self.parts.clock.now(), asker.user, "scan", "", Verdict.ASKED, "")
        _, joined = request_scan(self.parts, "command", asker)
        if joined:
            return messages.plain_message("A scan is already running. You will get the result in the channel.")
        return messages.plain_message("A scan was started. You will get the result in the channel.")

    def _unused(self, asker: Asker) -> Message:
        questions.request_unused(self.parts, asker, self.people.roles(asker.user))
        return messages.plain_message("Reading the permission sets…")

    def _show(self, parsed: Parsed, asker: Asker) -> Message:
        self.parts.work.start_show(asker, parsed.argument)
        return messages.plain_message(f"Looking for “{parsed.argument}” in the directory…")
