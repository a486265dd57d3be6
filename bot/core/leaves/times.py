"""The time of a scheduled leave: as people type it, and as it is said back to them, with its zone."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from bot.core.reasons import Code, Reason
from bot.core.typed_names import fold, named, visible

# Further ahead is rather a wrong year than a plan.
FARTHEST = timedelta(days=366)
# Between the zones of the world lie 26 hours: UTC-12 to UTC+14.
_FARTHEST_OFFSET = timedelta(hours=14)
_DATE = re.compile(r"(?:^|\s)\d{4}-\d{1,2}-\d{1,2}(?=$|[\st])", re.IGNORECASE)
_TIME = re.compile(r"(?P<date>(\d{4})-(\d{1,2})-(\d{1,2}))(?:(?:\s+|t)(\d{1,2}):(\d{2})(?::00)?(?:\s*(?P<zone>\S+))?)?")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
# What phones write for it, and what Slack shows in its place (slack/wording/text.py).
_COLONS = dict.fromkeys(map(ord, "\u2236\uff1a\ua789"), ":")
_UTC = frozenset({"z", "utc", "gmt"})
# As people copy it from a terminal, where a time is one argument.
_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u201e"
_QUOTED = re.compile(rf"(^|\s)[{_QUOTES}](\d{{4}}-[\d :+-]*\d)[{_QUOTES}](?=$|\s)")
_REVOKE = re.compile(r"\s+revoke$")


def split(text: str) -> tuple[str, str, bool]:
    """What was typed as (whom, when, whether also to revoke): "dana 2026-11-30 18:00 revoke". `when` is "" where no
    date was typed.
    """
    text = _QUOTED.sub(r"\1\2", visible(text))
    rest = _REVOKE.sub("", fold(text))
    revoke = rest != fold(text)
    found = _DATE.search(rest)
    if found is None:
        return named(text), "", revoke
    # Folding may change the length of a name, but not the number of words.
    words = text.split(" ")
    after = len(rest[found.start() :].split())
    before = len(words) - after - revoke
    return named(" ".join(words[:before])), rest[found.start() :].strip(), revoke


def read_time(typed: str, zone: tzinfo, now: datetime) -> datetime | Reason:
    """The time that was typed, in UTC: 2026-11-30 18:00, in `zone` unless an offset or UTC follows. Or why it cannot
    be taken, with what to type.
    """
    text = " ".join(fold(typed).translate(_COLONS).split())
    found = _TIME.fullmatch(text)
    if found is None:
        return Reason(Code.TIME_UNREADABLE, why=typed)
    if found[5] is None:
        return Reason(Code.TIME_WITHOUT_CLOCK, why=found["date"])
    try:
        local = datetime(*(int(found[part]) for part in range(2, 7)))  # type: ignore[arg-type]  # noqa: DTZ001 - its zone follows
    except ValueError:
        return Reason(Code.TIME_NOT_THERE, why=typed)
    own = _zone(found["zone"] or "", zone)
    if own is None:
        return Reason(Code.ZONE_UNREADABLE, why=found["zone"], names=[str(zone)])
    return _in_reach(local, own, now)


def said(at: datetime, zone: tzinfo) -> str:
    """The time as it can be typed again, with its zone: 2026-11-30 18:00 Europe/Berlin. An hour that comes twice is
    told by its offset.
    """
    local = at.astimezone(zone)
    first, second = (local.replace(fold=fold_) for fold_ in (0, 1))
    if first.utcoffset() != second.utcoffset():
        return f"{local:%Y-%m-%d %H:%M} {_offset(local)}"
    return f"{local:%Y-%m-%d %H:%M} {zone}"


def _zone(typed: str, zone: tzinfo) -> tzinfo | None:
    """The zone that was typed; None where it is neither an offset, UTC, nor the zone of the settings."""
    if typed in {"", fold(str(zone))}:
        return zone
    if typed in _UTC:
        return UTC
    offset = _OFFSET.fullmatch(typed)
    if offset is None:
        return None
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    if ahead > _FARTHEST_OFFSET or int(offset[3]) > 59:
        return None
    return timezone(ahead if offset[1] == "+" else -ahead)


def _in_reach(local: datetime, zone: tzinfo, now: datetime) -> datetime | Reason:
    """The time in UTC, unless it is over, too far away, or no single moment in that zone."""
    typed = f"{local:%Y-%m-%d %H:%M}"
    # Before anything is reckoned with it: at both ends of the calendar there is no other zone.
    if abs(local.year - now.year) > 2:
        return Reason(Code.TIME_OVER_ALREADY if local.year < now.year else Code.TIME_TOO_FAR, why=typed)
    first, second = (local.replace(tzinfo=zone, fold=fold_) for fold_ in (0, 1))
    before, after = first.utcoffset(), second.utcoffset()
    assert before is not None
    assert after is not None
    if before < after:
        # The clocks skip this hour; what it would have been is an hour later on the new clock.
        later = first.astimezone(UTC).astimezone(zone)
        return Reason(Code.TIME_SKIPPED, why=f"{typed} {zone}", names=[f"{later:%Y-%m-%d %H:%M}"])
    if before > after:
        either = [f"{typed} {_offset(one)}" for one in (first, second)]
        return Reason(Code.TIME_TWICE, why=f"{typed} {zone}", names=either)
    at = first.astimezone(UTC)
    if at <= now:
        return Reason(Code.TIME_OVER_ALREADY, why=said(at, zone))
    return Reason(Code.TIME_TOO_FAR, why=said(at, zone)) if at > now + FARTHEST else at


def _offset(moment: datetime) -> str:
    """Like +01:00."""
    return moment.isoformat()[-6:]
