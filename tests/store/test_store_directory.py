"""The contract of `ports.DirectoryStore`, held by every database we support."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.directory.provisioning import Looked, NotLooked, Origins, ScimWatch
from bot.core.events.subjects import Dropped, DropReason, Event, OfAnybody, OfUser, Says, Subject
from bot.core.events.watched import SCIM
from bot.ports import Heard
from bot.store.store import SqlStore
from tests.store.records import T0, new_id, user

HOUR = timedelta(hours=1)
WATCH = ScimWatch(
    Origins(T0, 9, 7, (("https://scim.aws.com/<directory>", 7), ("Zoë 👩‍💻", 1))),
    T0 - HOUR,
    Looked(T0, T0 - 90 * 24 * HOUR, T0 - HOUR, T0 - 2 * HOUR),
    T0 - HOUR,
    T0,
)


@pytest.mark.parametrize("watch", [WATCH, replace(WATCH, trail=NotLooked(T0, "denied")), ScimWatch()])
def test_what_is_kept_is_told_as_it_was_and_replaces_what_was_kept_before(store: SqlStore, watch: ScimWatch) -> None:
    assert store.scim_watch() == ScimWatch()
    store.keep_scim_watch(replace(WATCH, origins=None), T0)
    store.keep_scim_watch(watch, T0 + HOUR)
    assert store.scim_watch() == watch


def hear(store: SqlStore, subject: Subject, source: str = SCIM) -> None:
    store.take_events([Heard(new_id(), Event(subject, "", T0 + HOUR, source))], T0 + 2 * HOUR)


@pytest.mark.parametrize(
    "subject",
    [OfUser(user().id, Says.CHANGED), OfAnybody(), Dropped(DropReason.MASKED)],
    ids=["a user", "a group", "somebody hidden"],
)
def test_an_event_of_the_directory_counts_whomever_it_is_about(store: SqlStore, subject: Subject) -> None:
    store.keep_scim_watch(WATCH, T0)
    hear(store, subject)
    assert store.scim_watch() == replace(WATCH, event_at=T0 + HOUR)


def test_what_was_refused_came_from_elsewhere_or_was_done_in_the_console_is_no_sign_of_the_directory(
    store: SqlStore,
) -> None:
    for reason in set(DropReason) - {DropReason.MASKED}:
        hear(store, Dropped(reason))
    hear(store, OfUser(user().id, Says.DISABLED), "sso-directory")
    assert store.scim_watch().event_at is None


def test_what_cannot_be_read_is_found_out_again(store: SqlStore) -> None:
    store.keep_scim_watch(WATCH, T0)
    store.remember("scim watch", '{"origins": 3}', T0)
    assert store.scim_watch() == ScimWatch()
