"""The slash commands."""

import pytest

from bot.slack.messages.lists.digest import REVIEW_ID
from tests.world import World, eventually, words, world


def furnish(here: World) -> str:
    account = here.org.add_account("payments-prod")
    read_only = here.org.add_permission_set("ReadOnlyAccess")
    here.org.add_user("eve.long@example.com", display_name="Eve Long", email="eve.long@example.com")
    here.org.add_user("eva.lund@example.com", display_name="Eva Lund", email="eva.lund@example.com")
    return here.leaver("dana.rossi", (account, read_only))


def ask(here: World, text: str, containing: str, who: str = "") -> str:
    person = who or here.bob
    here.workspace.slash(person, here.channel, text)
    return words(here.told(person, containing))


def test_without_a_word_the_open_cases_are_listed(here: World) -> None:
    furnish(here)
    here.start()
    here.alert("dana")
    ask(here, "", "Dana.Rossi")


@pytest.mark.parametrize("query", ["dana.rossi@example.com", "dana", "rossi"])
def test_show_finds_a_person_by_name_mail_or_a_unique_part(here: World, query: str) -> None:
    furnish(here)
    here.start()
    here.alert("dana")
    ask(here, f"show {query}", "payments-prod")


def test_show_finds_a_person_by_id(here: World) -> None:
    user = furnish(here)
    here.start()
    here.alert("dana")
    ask(here, f"show {user}", "payments-prod")


def test_show_finds_a_person_who_has_no_case(here: World) -> None:
    furnish(here)
    here.start()
    ask(here, "show eve.long@example.com", "enabled")


def test_several_matches_are_listed(here: World) -> None:
    furnish(here)
    here.start()
    answer = ask(here, "show ev", "match")
    assert "eve.long@example.com" in answer
    assert "eva.lund@example.com" in answer


def test_nobody_is_said_with_the_nearest(here: World) -> None:
    furnish(here)
    here.start()
    assert "dana.rossi@example.com" in ask(here, "show dana.rosi@example.com", "nearest")


def test_an_unknown_command_gets_help_and_a_guess(here: World) -> None:
    here.start()
    assert "show" in ask(here, "shwo dana", "show")


def test_a_scan_by_command_finds_a_new_leaver_and_tells_its_end(here: World) -> None:
    furnish(here)
    here.start()
    here.alert("dana")
    here.leaver("late.joiner", (here.org.add_account("late"), here.org.add_permission_set("PowerUserAccess")))
    ask(here, "scan", "A scan was started")
    here.told(here.bob, "The scan is complete")
    here.alert("late.joiner")


def test_the_summary_can_be_asked_for(here: World) -> None:
    furnish(here)
    here.start()
    here.alert("dana")
    ask(here, "summary", "1 disabled person")


def test_revoke_by_command_works_without_the_alert(here: World) -> None:
    user = furnish(here)
    here.start()
    here.alert("dana")
    here.workspace.slash(here.bob, here.channel, "revoke dana")
    here.dialog(here.bob, "payments-prod")
    here.workspace.submit(here.bob, {})
    here.alert("dana", "no way in any more")
    assert here.org.truth(user) == []


def test_revoke_of_an_enabled_person_is_refused_in_the_dialog(here: World) -> None:
    furnish(here)
    here.start()
    here.workspace.slash(here.bob, here.channel, "revoke eve.long@example.com")
    here.dialog(here.bob, "is enabled in Identity Center")


def test_a_command_without_a_role_is_refused(here: World) -> None:
    furnish(here)
    here.start()
    ask(here, "revoke dana", "only responders may revoke", here.mallory)
    assert here.workspace.view(here.mallory) is None


def test_with_nobody_named_the_bot_only_watches() -> None:
    with world(LEAVERBOT_ADMINS="", LEAVERBOT_RESPONDERS="") as here:
        furnish(here)
        here.start()
        alert = here.alert("dana")
        assert [block for block in alert["blocks"] if block["type"] == "actions"] == []
        ask(here, "revoke dana", "only watches", here.alice)


def test_a_protected_user_is_shown_and_never_acted_on() -> None:
    with world(LEAVERBOT_PROTECTED_USERS="dana.*") as here:
        user = furnish(here)
        here.start()
        assert "rotected" in words(here.alert("dana"))
        here.workspace.slash(here.alice, here.channel, "revoke dana")
        here.dialog(here.alice, "protected")
        assert here.org.truth(user)


def test_a_dry_run_plans_and_changes_nothing() -> None:
    with world(LEAVERBOT_DRY_RUN="true") as here:
        user = furnish(here)
        here.start()
        before = here.org.truth(user)
        here.press(here.alice, here.alert("dana"), "case_revoke")
        here.dialog(here.alice, "dry run")
        here.workspace.submit(here.alice, {})
        here.told(here.alice, "Dry run")
        assert here.org.truth(user) == before
        assert not [name for name in here.aws.calls if name.split(".")[1].startswith(("Delete", "Update", "Put"))]


def test_more_new_cases_than_the_limit_become_one_message_and_show_posts_one() -> None:
    with world(LEAVERBOT_DIGEST_AFTER="2") as here:
        account = here.org.add_account("payments-prod")
        read_only = here.org.add_permission_set("ReadOnlyAccess")
        for name in ("ann.a", "ben.b", "cat.c", "dan.d"):
            here.leaver(name, (account, read_only))
        here.start()
        digest = here.alert("4 ")
        assert len(here.messages()) == 1
        assert "This is the first scan" in words(digest)
        here.press(here.bob, digest, REVIEW_ID)
        assert "Cat" in words(here.told(here.bob, "still have access"))
        ask(here, "show cat.c@example.com", "payments-prod")
        here.alert("cat.c", "Revoke access")


def test_a_member_of_a_user_group_may_act_and_others_may_not() -> None:
    with world() as here:
        group = here.workspace.add_user_group("sec-oncall", users=[here.bob])
        here.settings |= {"LEAVERBOT_RESPONDERS": group, "LEAVERBOT_ADMINS": ""}
        furnish(here)
        here.start()
        alert = here.alert("dana")
        here.press(here.bob, alert, "case_revoke")
        here.dialog(here.bob, "payments-prod")
        here.press(here.mallory, alert, "case_revoke")
        assert group in words(here.told(here.mallory, "only responders"))


def test_the_alerts_follow_when_a_dry_run_ends() -> None:
    with world(LEAVERBOT_DRY_RUN="true") as here:
        furnish(here)
        here.start()
        here.alert("dana", "Dry run")
        assert here.terminate() == 0
        here.settings["LEAVERBOT_DRY_RUN"] = "false"
        here.start_bot()
        eventually(lambda: "Dry run" not in words(here.alert("dana")))


def test_names_with_signs_that_slack_escapes_are_found() -> None:
    with world() as here:
        here.org.add_user("r&d@example.com", display_name="R&D", email="r&d@example.com")
        here.start()
        ask(here, "show r&d@example.com", "enabled")


def test_a_wrong_app_token_or_deny_policy_stops_the_bot_before_anything_runs() -> None:
    with world() as here:
        here.aws.start()
        here.slack.start()
        wrong_policy = here.command("run", LEAVERBOT_DENY_SCP_ID="p-doesnotexist1")
        assert (wrong_policy.returncode, "LEAVERBOT_DENY_SCP_ID is wrong" in wrong_policy.stderr) == (1, True)
        wrong_token = here.command("run", SLACK_APP_TOKEN="xapp-wrong")
        assert (wrong_token.returncode, "SLACK_APP_TOKEN is not valid" in wrong_token.stderr) == (1, True)
