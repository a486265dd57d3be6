"""The brake in the running program: many people disabled at once, and an admin who decides in Slack or a terminal."""

from tests.world import buttons, words, world

LIMITS = {"LEAVERBOT_BRAKE_COUNT": "3", "LEAVERBOT_BRAKE_PERCENT": "100"}


def test_many_disabled_at_once_are_one_message_until_an_admin_decides_in_a_terminal_or_in_slack() -> None:
    rules = {"LEAVERBOT_AUTO_REVOKE_AFTER": "30d"}
    with world(**LIMITS, **rules) as here:
        account, read_only = here.org.add_account("payments-prod"), here.org.add_permission_set("ReadOnlyAccess")
        for number in range(4):
            here.leaver(f"old{number}", (account, read_only))
        people = [here.org.add_user(f"new{number}@example.com", display_name=f"New {number}") for number in range(4)]
        for user in people:
            here.org.assign(account, read_only, "USER", user)
        here.start()
        wait = here.alert("Rules wait: they would act on 4 disabled people")
        assert buttons(wait) == ["Let rules act on these 4"]
        for user in people:
            here.org.set_status(user, "DISABLED")
        here.workspace.slash(here.bob, here.channel, "scan")
        brake = here.alert("4 people were disabled at once")
        assert buttons(brake) == ["Release"]
        here.told(here.bob, "The scan is complete")
        assert not [one for one in here.messages() if words(one).startswith("New ")]

        wrong = here.command("brake", "release", "--yes", "--count", "5")
        assert wrong.returncode == 1
        assert "it is about 4 people, not 5" in wrong.stderr
        done = here.command("brake", "release", "--yes", "--count", "4")
        assert done.returncode == 0, done.stderr
        assert "4 people were disabled" in done.stdout
        here.alert("The brake was released by", "from a terminal")
        here.alert("4 found while the brake was engaged")

        assert here.press(here.bob, wait, "rules_accept")
        here.told(here.bob, "Only admins may let rules act on many people")
        here.press(here.alice, wait, "rules_accept")
        here.alert("Rules may act on these 4 people", "Allowed by")
        nothing = here.command("rules", "accept", "--yes", "--count", "4")
        assert nothing.returncode == 1
        assert "Rules do not wait for a decision" in nothing.stderr
