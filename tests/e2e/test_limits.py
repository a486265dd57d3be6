"""The hourly limit as people meet it: the warning, what waits on the alert, and an admin's word in Slack or a terminal."""

from tests.world import World, buttons, eventually, words


def revoke(here: World, who: str, name: str) -> str:
    """Press and submit; what the dialog said."""
    assert here.press(who, here.alert(name), "case_revoke").ok
    said = words(here.dialog(who, name))
    assert here.workspace.submit(who, {}).closed
    return said


def test_what_is_beyond_the_limit_waits_on_its_alert_survives_a_kill_and_goes_on_at_an_admins_word(
    here: World,
) -> None:
    here.settings["LEAVERBOT_MAX_CHANGES_PER_HOUR"] = "1"
    place = here.org.add_account("payments-prod"), here.org.add_permission_set("ReadOnlyAccess")
    users = {name: here.leaver(name, place) for name in ("dana", "erik", "frida")}
    here.start()
    assert "This will wait" not in revoke(here, here.bob, "dana")
    here.alert("dana", "no way in any more")
    assert "This will wait" in revoke(here, here.bob, "erik")
    assert "Go on now" in buttons(here.alert("erik", "as many people within an hour as it may"))
    here.kill()
    here.start_bot()
    parked = here.alert("erik", "as many people within an hour as it may")
    here.press(here.bob, parked, "case_go_on")
    here.told(here.bob, "Only admins")
    assert here.org.truth(users["erik"])
    here.press(here.alice, here.alert("erik"), "case_go_on")
    assert "Go on now" not in buttons(here.alert("erik", "no way in any more"))
    revoke(here, here.bob, "frida")
    here.alert("frida", "as many people within an hour as it may")
    ended = here.command("rules", "go-on", "--yes")
    assert (ended.returncode, ended.stdout.split(".")[0]) == (
        0,
        "Hourly limit: 1 of 1 people revoked, deleted or shut out; 0 of 250 people denied",
    )
    here.alert("frida", "no way in any more")
    eventually(lambda: not any(here.org.truth(user) for user in users.values()))
    again = here.command("rules", "go-on", "--yes")
    assert again.returncode == 1
    assert "Nothing is waiting for the hourly limit" in again.stderr
