"""Which message goes next: the most urgent first, each with its own next try."""

from bot.engine.schedule import PACES, Schedule
from bot.ports import MessageKind
from bot.services.messages.projection import Road, Task


def task(key: str, urgency: int = 2, road: Road = Road.POST, version: int = 1, place: str = "") -> Task:
    return Task(key, MessageKind.CASE, key, version, road, place or key, urgency)


def taken(schedule: Schedule, now: float) -> list[str]:
    """Everything that may go now, each shown before the next is taken."""
    keys = []
    while (found := schedule.take(now)) is not None:
        keys.append(found.key)
        schedule.shown(found, now)
    return keys


def test_what_a_person_waits_for_goes_before_whatever_came_earlier() -> None:
    schedule = Schedule()
    schedule.update([*(task(f"new {n}") for n in range(400)), task("report", 0), task("change", 1)], 0.0)
    assert taken(schedule, 0.0)[:3] == ["report", "change", "new 0"]


def test_posts_keep_their_pace_and_edits_do_not_wait_for_it() -> None:
    schedule = Schedule()
    schedule.update([task(f"new {n}") for n in range(400)], 0.0)
    assert len(taken(schedule, 0.0)) == PACES[Road.POST].burst
    schedule.update([*(task(f"new {n}") for n in range(5, 400)), task("edit", 0, Road.EDIT)], 0.1)
    assert taken(schedule, 0.1) == ["edit"]
    assert len(taken(schedule, 60.0)) == PACES[Road.POST].burst
    # Right after a post the next place belongs to whoever is most urgent by then.
    schedule.update([*(task(f"new {n}") for n in range(20, 400)), task("report", 0)], 60.1)
    assert taken(schedule, 60.1 + PACES[Road.POST].seconds) == ["report"]


def test_a_message_that_is_refused_waits_longer_each_time_and_holds_no_other_up() -> None:
    schedule, now, pauses = Schedule(), 0.0, []
    schedule.update([task("refused", 0), task("other")], now)
    for _ in range(8):
        refused = schedule.take(now)
        assert refused is not None
        assert refused.key == "refused"
        schedule.failed(refused, now, "why")
        assert taken(schedule, now) in (["other"], [])
        after = schedule.next_at(now)
        assert after is not None
        pauses.append(after - now)
        now = after
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]


def test_a_limited_message_waits_as_long_as_slack_says_and_the_next_refusal_begins_anew() -> None:
    schedule = Schedule()
    schedule.update([task("limited")], 0.0)
    first = schedule.take(0.0)
    assert first is not None
    schedule.failed(first, 0.0, "limited", 60.0)
    assert schedule.trouble() == "limited"
    assert (schedule.take(59.9), schedule.next_at(1.0)) == (None, 60.0)
    again = schedule.take(60.0)
    assert again is not None
    schedule.failed(again, 60.0, "why")
    assert schedule.next_at(60.0) == 62.0


def test_a_message_that_changed_since_it_was_refused_is_tried_at_once() -> None:
    schedule = Schedule()
    schedule.update([task("case", version=1)], 0.0)
    refused = schedule.take(0.0)
    assert refused is not None
    schedule.failed(refused, 0.0, "why")
    schedule.update([task("case", version=1)], 0.5)
    assert schedule.take(0.5) is None
    schedule.update([task("case", version=2)], 0.6)
    assert schedule.take(0.6) is not None


def test_a_message_that_was_just_drawn_rests_and_then_shows_what_changed_meanwhile() -> None:
    schedule = Schedule()
    schedule.update([task("case", road=Road.EDIT)], 0.0)
    drawn = schedule.take(0.0)
    assert drawn is not None
    schedule.update([task("case", road=Road.EDIT, version=2)], 0.1)
    assert schedule.take(0.1) is None
    schedule.shown(drawn, 0.2)
    assert schedule.trouble() == ""
    assert schedule.take(1.1) is None
    newest = schedule.take(1.2)
    assert newest is not None
    assert newest.version == 2


def test_two_messages_about_the_same_thing_are_never_under_way_at_once() -> None:
    schedule = Schedule()
    schedule.update([task("alert", place="case 1"), task("report", place="case 1"), task("else", place="case 2")], 0.0)
    assert [found.key for found in (schedule.take(0.0), schedule.take(0.0)) if found] == ["alert", "else"]
    assert schedule.take(0.0) is None


def test_what_is_shown_by_somebody_else_waits_no_more() -> None:
    schedule = Schedule()
    schedule.update([task("a"), task("b")], 0.0)
    under_way = schedule.take(0.0)
    assert under_way is not None
    schedule.update([], 0.1)
    schedule.failed(under_way, 0.2, "why")
    assert (len(schedule), schedule.oldest(), schedule.take(100.0)) == (0, None, None)
