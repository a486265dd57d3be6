"""Questions from a terminal, beside the running bot and where no bot runs."""

import json

from tests.world import World, eventually, words, world


def furnish(here: World) -> None:
    here.org.add_permission_set("Forgotten")
    here.leaver("dana.rossi", (here.org.add_account("payments-prod"), here.org.add_permission_set("ReadOnlyAccess")))


def ask(here: World, *question: str, code: int = 0) -> str:
    ended = here.command(*question, SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="", LEAVERBOT_CHANNEL="")
    assert (ended.returncode, ended.stderr) == (code, "")
    return ended.stdout


def test_beside_the_running_bot_every_question_is_answered_and_slack_says_the_same(here: World) -> None:
    furnish(here)
    here.start()
    here.alert("dana")
    eventually(lambda: json.loads(ask(here, "list", "--json"))["scanning"] is False)
    assert "payments-prod" in ask(here, "list")
    shown = ask(here, "show", "dana")
    assert "payments-prod" in shown
    assert "leaverbot revoke dana.rossi@example.com" in shown
    assert "Case opened, found by the scan at the start" in ask(here, "history", "dana")
    assert "Forgotten" in ask(here, "unused")
    assert ask(here, "summary").startswith("1 disabled person still has access")
    status = json.loads(ask(here, "status", "--json"))
    assert (status["wrong"], status["at_work"]["command"]) == ({}, "run")
    here.workspace.slash(here.bob, here.channel, "status")
    assert "leaverbot run" in words(here.told(here.bob, "All checks passed"))


def test_where_no_bot_runs_messages_have_commands_and_no_buttons() -> None:
    with world(LEAVERBOT_BUTTONS="false", LEAVERBOT_RESPONDERS="", LEAVERBOT_ADMINS="") as here:
        furnish(here)
        here.aws.start()
        here.slack.start()
        assert here.command("once", SLACK_APP_TOKEN="").returncode == 0
        alert = here.alert("dana")
        assert "leaverbot revoke dana.rossi@example.com" in words(alert)
        assert [block for block in alert["blocks"] if block["type"] == "actions"] == []
        assert here.command("once", SLACK_APP_TOKEN="", LEAVERBOT_BUTTONS="true").returncode == 0
        assert "leaverbot revoke" not in words(here.alert("dana", "Watch only"))
