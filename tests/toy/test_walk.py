"""One sentence a test: a kind that nothing knows but its own row, module and presenter has all that a kind has."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.actions import actions
from bot.core import kinds
from bot.core.actions import Action, ActionState, Asker
from bot.core.kinds import Kind, Role, controls
from bot.core.views import DialogState, DialogView
from bot.ports import StoredDialog
from bot.services.actions import dialogs
from bot.services.messages.case import case_view
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.messages import case_message, help_message, report_message
from bot.slack.payloads import action_id, callback_id
from bot.slack.slash_commands import parse
from tests.fakes.chat import FakeChat
from tests.in_line import sync
from tests.services.denials import ASKER, Denials, denials
from tests.slack.examples import AT, USER, VIEW, buttons, words_of
from tests.toy import service
from tests.toy.row import WALK
from tests.world import words

QUEUED = Action("a-1", "press", WALK, USER, None, Asker("UALICE", "C1"), AT)
DONE = replace(QUEUED, state=ActionState.DONE, finished_at=AT + timedelta(seconds=9))


def case_words(latest: Action) -> str:
    return words_of(case_message(replace(VIEW, latest=latest)))


def test_it_has_a_button_behind_those_of_the_other_kinds() -> None:
    assert [control for control in controls() if isinstance(control, Kind)][-1] is WALK
    (button,) = buttons(case_message(replace(VIEW, controls=(WALK,))))
    assert (button["text"]["text"], button["action_id"]) == ("Take for a walk", "case_walk")


def test_it_has_a_dialog_that_can_be_submitted() -> None:
    assert WALK in kinds.dialogs()
    view = dialog_view(DialogView("d-1", WALK, DialogState.READY, USER))
    assert (view["title"]["text"], view["submit"]["text"]) == ("Take for a walk", "Take for a walk")
    assert view["callback_id"] == callback_id(WALK) == "dialog_walk"
    assert "around the block" in str(view["blocks"])


def test_it_has_a_command_and_a_line_in_the_help() -> None:
    assert parse("walk dana").kind is WALK
    assert "`/leavers walk &lt;user&gt;`  let somebody out for a while" in words_of(help_message())


def test_it_has_a_command_in_the_terminal() -> None:
    assert "Let somebody out for a while." in str(actions()["walk"].__doc__)


def test_the_alert_shows_how_far_it_is_and_how_it_ended() -> None:
    assert "Walk started by <@UALICE>" in case_words(QUEUED)
    refused = replace(DONE, state=ActionState.REFUSED, message="It rains.")
    assert "Walk by <@UALICE> was refused" in case_words(refused)
    assert "It rains." in case_words(refused)


def test_its_report_says_what_came_out() -> None:
    (report,) = report_message(DONE)
    assert report.text == "Dana Rossi was out for a walk"
    assert "Fresh air was had." in words_of(report)


def test_no_name_of_it_is_one_of_another_kind() -> None:
    assert len({action_id(one) for one in controls()}) == len(controls())


# What it does, from its button to its report


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        kinds = {**made.context.kinds, WALK: service}
        yield replace(made, context=replace(made.context, kinds=kinds, chat=FakeChat()))


def test_from_its_button_over_dialog_action_and_progress_to_its_report(here: Denials) -> None:
    context, chat, dana = here.context, here.context.chat, leaver(here)
    case = context.store.case(here.case(dana)).case
    assert WALK in case_view(context, case).controls

    opened = dialogs.open_dialog(context, WALK, ASKER, frozenset({Role.RESPONDER}), case_id=case.id)
    assert isinstance(opened, StoredDialog)
    dialogs.opened(context, opened, "V1")
    chat.dialogs["V1"] = {}
    dialogs.fill(context, opened.id)
    assert "around the block" in str(chat.dialogs["V1"])

    walk = dialogs.submit(context, opened.id, ASKER.user, frozenset({Role.RESPONDER}))
    assert isinstance(walk, Action)
    sync(context)
    assert "Walk started by <@U1>" in words(chat.messages()[0])
    assert WALK not in case_view(context, case).controls

    ended = here.carry_on(walk.id)
    assert (ended.kind, ended.state, ended.done) == (WALK, ActionState.DONE, 1)
    assert not context.directory.memberships(dana)
    sync(context)
    (alert,) = chat.messages()
    assert "Dana was out for a walk" in words(chat.messages(alert["ts"])[0])


def leaver(here: Denials) -> str:
    """A leaver in a group that grants something."""
    dana = here.leaver("dana")
    indoors = here.org.add_group("Indoors")
    here.org.add_member(indoors, dana)
    here.org.assign(here.org.add_account("home"), here.org.add_permission_set("Sofa"), "GROUP", indoors)
    here.scan()
    return dana
