"""By event: from a change in the directory over the queue to the alert, with the real bot and a queue that is strict."""

import time

from bot.core.events.watched import event_pattern
from tests.world import World, eventually, words


def about(here: World, name: str) -> list[str]:
    return [words(message) for message in here.messages() if name in words(message).lower()]


def found_by_event(here: World, name: str) -> bool:
    """Whether Details say so, once there is an alert."""
    here.press(here.bob, here.alert(name), "case_details")
    here.dialog(here.bob, "found by an event from AWS")
    return here.workspace.close_view(here.bob).ok


def test_a_disable_is_alerted_once_poison_is_given_up_and_a_queue_that_was_away_is_taken_up_again(here: World) -> None:
    org = here.org
    dead = org.add_queue("dead-letters")
    queue = org.add_queue("leaverbot-events", visibility_seconds=1, dead_letters=dead, most_receives=2)
    here.settings["LEAVERBOT_EVENTS_QUEUE_URL"] = queue.url
    # Every event comes twice.
    org.add_rule(event_pattern(), queue).double = None
    account, role = org.add_account("payments-prod"), org.add_permission_set("PowerUserAccess")
    dana = org.add_user("dana@example.com", display_name="Dana", scim=False)
    kwame = org.add_user("kwame@example.com", display_name="Kwame", scim=True)
    for user in (dana, kwame):
        org.assign(account, role, "USER", user)
    here.leaver("greta", (account, role))
    with org.hold():
        queue.send("no event of anybody", "somebody")
    here.start()
    # The scan at the start has ended, and somebody waits at the queue.
    here.alert("greta")
    eventually(lambda: here.aws.calls["sqs.ReceiveMessage"], what=here.log)

    org.set_status(dana, "DISABLED")
    assert found_by_event(here, "dana")

    # The queue is away for a moment; the poll that waits is cut, too.
    here.aws.faults.add("sqs.*", code="AccessDeniedException", times=2)
    here.aws.drop_connections()
    org.set_status(kwame, "DISABLED")
    assert found_by_event(here, "kwame")

    eventually(lambda: dead.messages, what=here.log)
    assert [message.body for message in dead.messages.values()] == ["no event of anybody"]
    eventually(lambda: not queue.messages, what=here.log)
    assert [len(about(here, name)) for name in ("dana", "kwame")] == [1, 1]

    # Nothing is left to take, so a receive waits, for up to 20 seconds.
    before = time.monotonic()
    assert here.terminate() == 0
    assert time.monotonic() - before < 10
