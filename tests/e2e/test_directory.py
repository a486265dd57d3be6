"""A company whose directory fell silent, as somebody with a cron job and a terminal sees it."""

import json
from datetime import UTC, datetime, timedelta

from bot.playground.identity_center.changes.directory_events import record_request
from bot.playground.identity_center.changes.iam_users import add_access_key, add_iam_user
from tests.world import words, world

SETTINGS = {
    "SLACK_APP_TOKEN": "",
    "LEAVERBOT_CHECK_USE": "true",
    "LEAVERBOT_DIRECTORY": "entra",
    "LEAVERBOT_IAM_USERS": "true",
}


def test_a_directory_that_fell_silent_is_told_once_and_its_leavers_with_their_keys_are_explained() -> None:
    now = datetime.now(UTC)
    with world() as here:
        here.aws.start()
        here.slack.start()
        dana = here.org.add_user("dana.rossi@example.com", "Dana Rossi", "dana.rossi@example.com")
        here.org.assign(here.org.add_account("prod"), here.org.add_permission_set("ReadOnly"), "USER", dana)
        # The last thing that the directory did; since then AWS has refused it.
        here.org.change_user(dana, status="DISABLED", updated_at=now - timedelta(days=19))
        record_request(here.org, "PatchUser", now - timedelta(hours=1), "UnauthorizedException")
        add_iam_user(here.org, "ci-dana", tags={"email": "Dana.Rossi@example.com"})
        key = add_access_key(here.org, "ci-dana", created_at=now - timedelta(days=400))

        for _ in range(2):
            ended = here.command("once", **SETTINGS)
            assert ended.returncode == 0, ended.stderr
        told = [words(message) for message in here.messages() if "come from your directory" in words(message)]
        assert len(told) == 1
        assert told[0].startswith(
            "All users come from your directory; its last event was 19 days ago. AWS refused what"
        )
        assert "An expired token (they live a year)" in told[0]

        status = json.loads(here.command("status", "--json", **SETTINGS).stdout)["directory"]
        assert (status["state"], status["origins"]["users"], status["origins"]["external"]) == ("silent", 1, 1)

        shown = here.command("show", "dana", **SETTINGS).stdout
        assert f"about {now + timedelta(days=11):%Y-%m-%d}. If the app was unassigned first, it never will." in shown
        assert "after Delete user it comes back with a new AWS id and no access." in shown
        assert f"ci-dana (its email tag names this person): access key {key} active, 400 days old" in shown
        # Nothing was changed: neither the user in Identity Center nor the one in IAM.
        assert not [
            call for call in here.aws.calls if call.startswith("iam.") and "Get" not in call and "List" not in call
        ]
        assert not here.aws.complaints
