"""From the list to the report of a bulk, with the bot killed in the middle: everybody once, and nobody twice."""

from bot.playground.identity_center import Fault
from tests.world import World, buttons, eventually, words

COUNT = 12


def press(here: World, label: str) -> None:
    """A button of the list that bob has in front of him, once it is there."""

    def look() -> tuple[str, str] | None:
        for message in reversed(here.workspace.ephemerals(here.bob)):
            for block in message.get("blocks", []):
                for element in block.get("elements", []):
                    if element.get("type") == "button" and element["text"]["text"] == label:
                        return str(message["ts"]), str(element["action_id"])
        return None

    ts, action_id = eventually(look, what=lambda: f"{label}\n{words(here.workspace.ephemerals(here.bob))}")
    assert here.workspace.press_ephemeral(here.bob, ts, action_id).ok


def test_twelve_people_selected_in_the_list_lose_their_access_though_the_bot_is_killed(here: World) -> None:
    account, read_only = here.org.add_account("prod"), here.org.add_permission_set("ReadOnly")
    people = [here.leaver(f"p{number:02}", (account, read_only)) for number in range(COUNT)]
    here.aws.faults.add(Fault(operation="sso-admin.DeleteAccountAssignment", kind="latency", seconds=0.3, times=None))
    # One digest in place of their alerts.
    here.settings["LEAVERBOT_DIGEST_AFTER"] = "3"
    here.start()
    eventually(here.messages, what=here.log)
    here.workspace.slash(here.bob, here.channel, "")
    press(here, f"Select all {COUNT}")
    press(here, f"Revoke access ({COUNT})")
    plan = here.dialog(here.bob, f"revoke the access of {COUNT} people")
    assert f"It removes {COUNT} assignments in 1 account." in words(plan)
    refused = here.workspace.submit(here.bob, {"typed": "11"})
    assert refused.errors == {"count": f"That is not the number. Type {COUNT} to confirm."}
    assert here.workspace.submit(here.bob, {"typed": str(COUNT)}).ok
    eventually(lambda: here.aws.calls["sso-admin.DeleteAccountAssignment"] >= 3, what=here.log)
    here.kill()
    here.start_bot()
    message = here.alert(f"Access of {COUNT} people revoked", seconds=60)
    assert f"{COUNT} done · 0 not done" in words(message)
    assert buttons(message) == [f"Delete users ({COUNT})"]
    assert here.thread(message)[1:] == []
    assert [user for user in people if here.org.truth(user)] == []
    assert here.aws.calls["sso-admin.DeleteAccountAssignment"] == COUNT
