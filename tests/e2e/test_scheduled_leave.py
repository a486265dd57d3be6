"""A scheduled leave, whole: asked for in Slack and in a terminal, a kill, a cron job, and the directory in its own time."""

import json
import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.core.leaves.leave import LeaveState
from bot.store.database.connection import Database, connect
from bot.store.database.leave_tables import leaves
from bot.store.store import SqlStore
from tests.world import World, buttons, eventually, words


def employee(here: World, name: str) -> str:
    """Somebody who works here, with one way in."""
    place = (here.org.add_account(f"lab-{name}"), here.org.add_permission_set(f"Dev-{name}"))
    user = here.leaver(name, place)
    here.org.set_status(user, "ENABLED")
    return user


def typed(ahead: timedelta) -> str:
    """A time as people type it, in Berlin."""
    return f"{datetime.now(UTC) + ahead:%Y-%m-%d %H:%M} UTC"


def stored(here: World, change: dict[str, Any] | None = None) -> list[sa.RowMapping]:
    """The leaves in the database; `change`: after this change of all of them."""
    with closing(SqlStore(Database(connect(here.settings["LEAVERBOT_DATABASE_URL"])))) as opened:
        with opened._db.transaction() as connection:
            if change:
                connection.execute(leaves.update().values(**change))
        return list(opened._db.rows(sa.select(leaves).order_by(leaves.c.scheduled_at)))


def audit(here: World) -> list[str]:
    """What was done about denies and revokes."""
    ran = here.command("history", "eve@example.com", "--json")
    return [entry.get("kind", entry["what"]) for entry in json.loads(ran.stdout)["entries"]]


def test_a_leave_from_slack_and_one_from_a_terminal_to_their_ends(here: World) -> None:
    here.settings["LEAVERBOT_TIMEZONE"] = "Europe/Berlin"
    eve, finn = employee(here, "eve"), employee(here, "finn")
    here.start()
    # A terminal beside the bot: confirmed with the time in the zone of the settings, listed, cancelled.
    ran = here.command(
        "schedule", "finn@example.com", typed(timedelta(days=6)), "--revoke", "--yes", SLACK_BOT_TOKEN=""
    )
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"Finn leaves \d{4}-\d\d-\d\d \d\d:\d\d Europe/Berlin, in (6 days|5 days 23 hours)", ran.stdout)
    assert "Carried out by leaverbot run" in ran.stdout
    assert stored(here)[0]["seal"]
    asked = here.command("schedule", "finn@example.com", typed(timedelta(days=7)))
    assert (asked.returncode, "Add --yes" in asked.stderr) == (1, True)
    listed = json.loads(here.command("schedule", "--json").stdout)
    assert [leave["user"]["user_name"] for leave in listed["leaves"]] == ["finn@example.com"]
    cancelled = here.command("schedule", "--cancel", "finn@example.com", "--yes")
    assert (cancelled.returncode, "is cancelled" in cancelled.stdout) == (0, True), cancelled.stderr
    # Slack: within the hour it is announced at once.
    here.workspace.slash(here.alice, here.channel, f"schedule eve {typed(timedelta(minutes=30))} revoke")
    here.told(here.alice, "Eve leaves")
    message = here.alert("Eve leaves")
    assert buttons(message) == ["Cancel"]
    assert not here.org.policy_text(here.policy_id).count(eve)
    # Its time comes while no bot runs, and the first one that does is killed when it has begun.
    here.kill()
    stored(here, {"at": datetime.now(UTC) - timedelta(minutes=20)})
    stop = here.aws.before("organizations.UpdatePolicy", lambda: here.process and here.process.kill(), once=True)
    here.start_bot()
    eventually(lambda: here.process and here.process.poll() is not None, what=here.log)
    stop()
    here.slack.drop_connections()
    # A cron job goes on with it, and tells what came of it before it ends.
    once = here.command("once")
    assert once.returncode == 0, once.stderr
    denied = here.alert("Eve left and is denied")
    assert denied["ts"] == message["ts"]
    assert "leaverbot was not running at its time" in words(denied)
    assert here.org.policy_text(here.policy_id).count(eve) == 1
    assert len(here.org.truth(eve)) == 1
    # The directory follows.
    here.org.set_status(eve, "DISABLED")
    assert here.command("once").returncode == 0
    done = here.alert("The scheduled leave of Eve is done")
    assert done["ts"] == message["ts"]
    assert here.org.truth(eve) == []
    assert audit(here).count("deny") == 2  # asked for, and ended
    assert audit(here).count("revoke") == 2
    assert [row["state"] for row in stored(here)] == [LeaveState.CANCELLED, LeaveState.DONE]
    assert len(here.org.truth(finn)) == 1
