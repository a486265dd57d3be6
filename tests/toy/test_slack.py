"""One sentence a test: what Slack shows of a kind that nothing but its own row and file knows."""

from dataclasses import replace
from datetime import timedelta

from bot.core.actions import Action, ActionState, Asker, controls, dialogs
from bot.core.views import DialogState, DialogView
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.messages import case_message, help_message, report_message
from bot.slack.payloads import action_id, callback_id
from bot.slack.slash_commands import parse
from tests.slack.examples import AT, USER, VIEW, buttons, words_of
from tests.toy.row import WALK

QUEUED = Action("a-1", "press", WALK, USER, None, Asker("UALICE", "C1"), AT)
DONE = replace(QUEUED, state=ActionState.DONE, finished_at=AT + timedelta(seconds=9))


def case_words(latest: Action) -> str:
    return words_of(case_message(replace(VIEW, latest=latest)))


def test_it_has_a_button_behind_those_of_the_other_kinds() -> None:
    assert controls()[-3:-2] == (WALK,)
    (button,) = buttons(case_message(replace(VIEW, controls=(WALK,))))
    assert (button["text"]["text"], button["action_id"]) == ("Take for a walk", "case_walk")


def test_it_has_a_dialog_that_can_be_submitted() -> None:
    assert WALK in dialogs()
    view = dialog_view(DialogView("d-1", WALK, DialogState.READY, USER))
    assert (view["title"]["text"], view["submit"]["text"]) == ("Take for a walk", "Take for a walk")
    assert view["callback_id"] == callback_id(WALK) == "dialog_walk"
    assert "around the block" in str(view["blocks"])


def test_it_has_a_command_and_a_line_in_the_help() -> None:
    assert parse("walk dana").kind is WALK
    assert "`/leavers walk &lt;user&gt;`  let somebody out for a while" in words_of(help_message())


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
