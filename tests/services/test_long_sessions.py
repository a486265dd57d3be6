"""Sessions that live for days: read with the application, said in the alert, and outlived by the deny."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import kinds
from bot.core.actions import LEAVERBOT
from bot.core.deny.policy_document import Denied, change
from bot.core.deny.statements import DocumentKind
from bot.core.kinds import LIFT
from bot.core.views import DialogState, DialogView
from bot.playground.identity_center import Fault
from bot.ports import StoredDialog
from bot.services.actions.dialog_views import view_of
from bot.services.messages.case import case_view
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.messages import case_message
from tests.services.denials import ASKER, Denials, denials
from tests.world import words

NAMES = {True: "Glue Studio", False: "Wiki", None: "Grafana"}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        yield made


def using(here: Denials, *, background: bool | None, name: str = "dana") -> tuple[str, str]:
    """A leaver with an account and an application that says this of its background sessions."""
    dana = here.leaver(name, (here.org.add_account(f"prod-{name}"), here.org.add_permission_set(f"Access-{name}")))
    application = here.org.add_application(NAMES[background])
    here.org.assign_application(application, "USER", dana)
    if background is not None:
        here.org.set_background_sessions(application, enabled=background)
    return dana, application


def alert(here: Denials, user_id: str) -> str:
    case = here.context.store.case(here.case(user_id)).case
    return words(case_message(case_view(here.context, case)).blocks)


def strip(here: Denials, user_id: str, application: str) -> None:
    for place in [(way["account_id"], way["permission_set_arn"]) for way in here.org.truth(user_id)]:
        if place[0]:
            here.org.unassign(*place, "USER", user_id)
    here.org.unassign_application(application, "USER", user_id)


def test_the_alert_names_an_application_with_background_sessions_and_a_closed_case_still_does(here: Denials) -> None:
    dana, application = using(here, background=True)
    here.scan()
    assert "In Glue Studio they may last for days." in alert(here, dana).replace("*", "")
    strip(here, dana, application)
    here.scan()
    closed = alert(here, dana).replace("*", "")
    assert "Open sessions in Glue Studio may last for days" in closed
    assert "All other open sessions end by" in closed


@pytest.mark.parametrize("background", [False, None])
def test_an_application_without_background_sessions_is_not_named(here: Denials, background: bool | None) -> None:
    dana, _ = using(here, background=background)
    here.scan()
    assert "for days" not in alert(here, dana)


def test_what_aws_does_not_let_us_see_is_said_and_makes_no_scan_partial(here: Denials) -> None:
    dana, _ = using(here, background=True)
    here.aws.faults.add(Fault("sso-admin.GetApplicationSessionConfiguration", code="AccessDeniedException", times=None))
    here.scan()
    said = words(dialog_view(shown(here, dana, kinds.DETAILS))).replace("*", "")
    assert "AWS did not say whether sessions in Glue Studio may last for days" in said
    last = here.context.store.last_scan()
    assert last is not None
    assert last.problems == ()
    assert any("GetApplicationSessionConfiguration" in note for note in last.notes)


@pytest.mark.parametrize(("background", "kept"), [(True, timedelta(days=7)), (None, timedelta(hours=12))])
def test_a_deny_outlives_the_background_sessions_of_what_was_among_the_ways_in(
    here: Denials, background: bool | None, kept: timedelta
) -> None:
    dana, application = using(here, background=background)
    here.carry_out(dana)
    strip(here, dana, application)
    here.scan()
    here.clock.at += kept - timedelta(minutes=1)
    here.scan()
    assert here.context.store.unfinished_actions(LIFT) == []
    here.clock.move(minutes=1)
    here.scan()
    assert [action.by for action in here.context.store.unfinished_actions(LIFT)] == [LEAVERBOT]


def test_a_deny_placed_after_everything_was_taken_away_knows_what_the_closed_case_had(here: Denials) -> None:
    dana, application = using(here, background=True)
    here.scan()
    strip(here, dana, application)
    here.scan()
    days = here.with_rules(background_days=30)
    days.carry_out(dana)
    days.scan()
    known = shown(days, dana, kinds.DETAILS).deny
    assert known is not None
    assert known.ends_at is not None
    assert known.ends_at - here.clock.now() == timedelta(days=30)


def test_the_users_id_denies_a_background_session_and_the_name_does_not(here: Denials) -> None:
    dana, application = using(here, background=True)
    here.org.application_by_arn[application].account_id = next(
        way["account_id"] for way in here.org.truth(dana) if way["account_id"]
    )
    by_name = change(here.text(), kind=DocumentKind.SCP, add=[Denied(dana, "dana@example.com")])
    by_name = change(by_name, kind=DocumentKind.SCP, remove=[Denied(dana)])
    here.org.update_scp(here.policy_ids[0], by_name)
    assert here.org.denied_background_session(dana, application) is None
    here.carry_out(dana)
    assert here.org.denied_background_session(dana, application) is not None


def shown(here: Denials, user: str, kind: kinds.Dialog) -> DialogView:
    dialog = StoredDialog(here.context.new_id(), kind, DialogState.READING, ASKER, query=user)
    return view_of(here.context, dialog)


@pytest.mark.parametrize("hours", [12, 48, 1000])
def test_the_deny_dialog_says_how_long_this_deny_would_be_kept(here: Denials, hours: int) -> None:
    longer = here.with_rules(hours=hours)
    dana = longer.leaver("dana", (longer.org.add_account("prod"), longer.org.add_permission_set("Access")))
    said = words(dialog_view(shown(longer, dana, kinds.DENY)))
    assert f"Ends {hours:,} h after".replace(",", "") in said.replace(",", "")
    assert hours == 12 or "12 hours" not in said


@pytest.mark.parametrize("hours", [1, 4, 8])
def test_the_delete_dialog_gives_the_same_end_of_sessions_as_the_alert_and_offers_a_deny(
    here: Denials, hours: int
) -> None:
    place = here.org.add_account("prod"), here.org.add_permission_set("Access", session_duration=f"PT{hours}H")
    dana = here.leaver("dana", place)
    here.scan()
    here.org.unassign(*place, "USER", dana)
    here.scan()
    until = here.context.store.case(here.case(dana)).case.sessions_until
    assert until is not None
    said = words(dialog_view(shown(here, dana, kinds.DELETE)))
    for text in (said, alert(here, dana)):
        assert f"Open sessions end by <!date^{int(until.timestamp())}^" in text
    assert "/leavers deny dana@example.com" in said
    assert "deny in force should stay" not in said
    here.carry_out(dana)
    denied = words(dialog_view(shown(here, dana, kinds.DELETE)))
    assert "Emergency deny in force" in denied
    assert "/leavers deny" not in denied
