"""The time of a scheduled leave: what is typed is one moment, or a sentence that says what to type."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.leaves.times import FARTHEST, read_time, said, split
from bot.core.reasons import Code, Reason
from bot.slack.wording.reasons import sentence

BERLIN = ZoneInfo("Europe/Berlin")
ID = "906712f0a1-11111111-2222-3333-4444-555555555555"
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
# Half-hour zones, a change by half an hour (Lord Howe), one at midnight (Beirut), and zones far apart.
ZONES = st.sampled_from(
    [
        UTC,
        *map(
            ZoneInfo,
            (
                *("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"),
                *("Asia/Beirut", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Santiago"),
            ),
        ),
    ]
)
YEAR = [datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours) for hours in range(360 * 24)]
EARLIER = datetime(2026, 2, 27, tzinfo=UTC)


@cache
def near_changes(zone: tzinfo) -> list[datetime]:
    """Local times in the hours in which the clocks of the zone are changed, in the middle of the year where they never
    are.
    """
    changes = [
        at for at in YEAR if at.astimezone(zone).utcoffset() != (at + timedelta(hours=1)).astimezone(zone).utcoffset()
    ]
    return [
        at.astimezone(zone).replace(tzinfo=None) + timedelta(minutes=minutes)
        for at in changes or YEAR[4320:4321]
        for minutes in range(-60, 180, 10)
    ]


@st.composite
def local_times(draw) -> tuple[tzinfo, datetime]:
    zone = draw(ZONES)
    anywhen = st.sampled_from(YEAR).map(lambda at: at.replace(tzinfo=None))
    return zone, draw(st.sampled_from(near_changes(zone)) | anywhen)


AHEAD = st.integers(1, int(FARTHEST.total_seconds()) // 60).map(lambda minutes: timedelta(minutes=minutes))


def code_of(typed: str, zone=BERLIN, now: datetime = NOW) -> Code:
    found = read_time(typed, zone, now)
    assert isinstance(found, Reason)
    return found.code


@given(ZONES, AHEAD)
def test_what_is_said_back_can_be_typed_and_is_the_same_moment(zone, ahead: timedelta) -> None:
    at = NOW + ahead
    assert read_time(said(at, zone), zone, NOW) == at


@given(local_times())
def test_a_local_time_is_read_only_when_it_is_exactly_one_moment(given_: tuple[tzinfo, datetime]) -> None:
    zone, local = given_
    meant = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    moments = {at for at in meant if at.astimezone(zone).replace(tzinfo=None, fold=0) == local}
    found = read_time(f"{local:%Y-%m-%d %H:%M}", zone, EARLIER)
    if len(moments) == 1:
        assert {found} == moments
    else:
        assert isinstance(found, Reason)
        assert found.code is (Code.TIME_TWICE if moments else Code.TIME_SKIPPED)
        # Whatever is to be typed instead is then read.
        assert all(isinstance(read_time(typed, zone, EARLIER), datetime) for typed in found.names)


@given(st.text(), ZONES)
def test_any_other_text_is_a_sentence_and_never_an_error(typed: str, zone) -> None:
    found = read_time(typed, zone, NOW)
    assert isinstance(found, datetime) or sentence(found)
    split(typed)


@given(st.from_regex(r"\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{2}( [+-]\d{2}:?\d{2}| \w{1,8})?", fullmatch=True), ZONES)
def test_nothing_that_looks_like_a_time_breaks_it(typed: str, zone) -> None:
    found = read_time(typed, zone, NOW)
    assert isinstance(found, Reason) or NOW < found <= NOW + FARTHEST


@given(ZONES, st.timedeltas(timedelta(hours=-14), timedelta(hours=14)), AHEAD)
def test_an_offset_counts_and_not_the_zone_of_the_settings(zone, offset: timedelta, ahead: timedelta) -> None:
    own = timezone(timedelta(minutes=offset // timedelta(minutes=1)))
    at = NOW + ahead
    assert read_time(f"{at.astimezone(own):%Y-%m-%d %H:%M %z}", zone, NOW) == at


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-30 18:00",
        "2026-11-30T18:00",
        "2026-11-30 18:00:00",
        "2026-11-30 18:00 Europe/Berlin",
        "2026-11-30 18:00 europe/berlin",
        "2026-11-30 18:00+01:00",
        "2026-11-30 17:00Z",
        "2026-11-30 17:00 UTC",
        "2026\u201111\u201130  18:00",
        " 2026-11-30\u00a018:00 ",
        "2026-11-30 18\u223600",
        "2026-11-30 18\uff1a00",
    ],
)
def test_one_moment_in_the_ways_that_people_type_it(typed: str) -> None:
    assert read_time(typed, BERLIN, NOW) == datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        ("tomorrow", Code.TIME_UNREADABLE, "“tomorrow” is not a time. Type year, month, day"),
        ("30.11.2026 18:00", Code.TIME_UNREADABLE, "2026-11-30 18:00."),
        ("2026-11-30 6pm", Code.TIME_UNREADABLE, "hour and minute"),
        ("2026-11-30", Code.TIME_WITHOUT_CLOCK, "Type the hour and minute, too: 2026-11-30 18:00."),
        ("2026-02-30 18:00", Code.TIME_NOT_THERE, "There is no such date and time as 2026-02-30 18:00."),
        ("2026-11-30 25:00", Code.TIME_NOT_THERE, "Type it as 2026-11-30 18:00."),
        ("2026-11-30 18:00 CET", Code.ZONE_UNREADABLE, "Leave it out for Europe/Berlin, or type an offset"),
        ("2026-11-30 18:00 +25:00", Code.ZONE_UNREADABLE, "“+25:00” is not a time zone"),
        ("2026-11-30 18:00 +10:99", Code.ZONE_UNREADABLE, "time zone"),
        ("2026-03-29 02:30", Code.TIME_SKIPPED, "There is no 2026-03-29 02:30 Europe/Berlin"),
        ("2026-03-29 02:30", Code.TIME_SKIPPED, "Type for example 2026-03-29 03:30."),
        ("2026-10-25 02:30", Code.TIME_TWICE, "2026-10-25 02:30 +02:00, 2026-10-25 02:30 +01:00."),
        ("2026-03-01 10:00", Code.TIME_OVER_ALREADY, "2026-03-01 10:00 Europe/Berlin is in the past."),
        ("2025-11-30 18:00", Code.TIME_OVER_ALREADY, "To deny somebody now, use"),
        ("0001-01-01 00:00", Code.TIME_OVER_ALREADY, "in the past"),
        ("2027-11-30 18:00", Code.TIME_TOO_FAR, "more than a year ahead"),
        ("2062-11-30 18:00", Code.TIME_TOO_FAR, "wrong year"),
        ("9999-12-31 23:59", Code.TIME_TOO_FAR, "wrong year"),
    ],
)
def test_what_cannot_be_taken_says_what_to_type(typed: str, code: Code, told: str) -> None:
    found = read_time(typed, BERLIN, NOW)
    assert isinstance(found, Reason)
    assert found.code is code
    assert told in sentence(found)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("dana 2026-11-30 18:00", ("dana", "2026-11-30 18:00", False)),
        ("Dana Rossi 2026-11-30 18:00 revoke", ("Dana Rossi", "2026-11-30 18:00", True)),
        ("dana 2026-11-30T18:00 REVOKE", ("dana", "2026-11-30t18:00", True)),
        ("<dana@example.com> 2026-11-30 18:00 +01:00 revoke", ("dana@example.com", "2026-11-30 18:00 +01:00", True)),
        (
            "\u201cDana \u00c5\u200brossi\u201d  2026\u201311\u201330 18:00",
            ("Dana \u00c5rossi", "2026-11-30 18:00", False),
        ),
        ("dana", ("dana", "", False)),
        ("dana tomorrow", ("dana tomorrow", "", False)),
        ("2026-11-30 18:00", ("", "2026-11-30 18:00", False)),
        (f"{ID} 2026-11-30 18:00", (ID, "2026-11-30 18:00", False)),
        ("revoke 2026-11-30 18:00", ("revoke", "2026-11-30 18:00", False)),
    ],
)
def test_the_name_ends_where_the_date_begins(typed: str, parts: tuple[str, str, bool]) -> None:
    assert split(typed) == parts


@pytest.mark.parametrize("quotes", ['""', "\u201c\u201d", "''", "``"])
def test_a_time_in_quotes_as_it_is_copied_from_a_terminal_is_the_same_time(quotes: str) -> None:
    first, last = quotes
    typed = f"O'Neil d'Arc {first}2026-11-30 18:00{last} revoke"
    assert split(typed) == ("O'Neil d'Arc", "2026-11-30 18:00", True)
    assert split("'2026 crew' dana")[1] == ""
