"""Rules in the running bot: announced in the thread, and done when their time has come, and nobody presses anything."""

from tests.world import World, eventually, words


def test_a_leaver_loses_access_by_rule_and_the_thread_tells_how(here: World) -> None:
    here.settings["LEAVERBOT_AUTO_REVOKE_AFTER"] = "0m"
    account, role = here.org.add_account("payments-prod"), here.org.add_permission_set("PowerUserAccess")
    dana = here.leaver("dana", (account, role))
    here.start()
    alert = here.alert("dana")

    def told() -> str:
        return " ".join(words(message) for message in here.thread(alert))

    eventually(lambda: "LEAVERBOT_AUTO_REVOKE_AFTER=0m" in told(), what=told)
    eventually(lambda: not here.org.truth(dana), what=here.log)
    eventually(lambda: "no way in" in words(here.alert("dana")), what=told)
    assert here.aws.calls["sso-admin.DeleteAccountAssignment"] == 1
    assert here.terminate() == 0
