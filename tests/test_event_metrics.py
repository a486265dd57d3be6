"""What becomes of events is counted for Prometheus."""

from pathlib import Path

from prometheus_client import generate_latest

from bot.core.events.subjects import DropReason
from bot.health_checks import Work
from bot.metrics import Metrics
from tests.services.eventing import Hearing


class Shown:
    """A projector that is not behind."""

    behind = False


def test_events_their_delay_and_who_found_leavers_first_are_metrics(tmp_path: Path) -> None:
    hearing = Hearing(tmp_path)
    hearing.store.listen(hearing.clock.now())
    hearing.scan()
    dana, jo = hearing.users(2)
    hearing.disable(dana, jo)
    event = hearing.says("DisableUser", dana)
    hearing.clock.move(minutes=2)
    hearing.hear(event, event, None, hearing.says("DisableUser", jo, store="d-0000000000"))
    hearing.scan()
    late = hearing.says("DisableUser", jo, at=hearing.clock.now())
    hearing.clock.move(minutes=1)
    hearing.hear(late)
    work = Work(hearing.context, None, Shown())  # type: ignore[arg-type] - only the store is read
    shown = generate_latest(Metrics(lambda: work).registry).decode().splitlines()
    happened = (hearing.clock.now().timestamp()) - 60
    assert {
        'leaverbot_events_total{outcome="received"} 4.0',
        'leaverbot_events_total{outcome="duplicate"} 1.0',
        'leaverbot_events_total{outcome="poison"} 1.0',
        f'leaverbot_events_total{{outcome="dropped_{DropReason.OTHER_STORE}"}} 1.0',
        'leaverbot_leavers_found_total{by="event"} 1.0',
        'leaverbot_leavers_found_total{by="scan"} 1.0',
        "leaverbot_event_delay_seconds_count 2.0",
        "leaverbot_event_delay_seconds_sum 180.0",
        "leaverbot_event_after_scan_seconds_count 1.0",
        "leaverbot_event_after_scan_seconds_sum 60.0",
        'leaverbot_event_sources_total{source="sso-directory"} 3.0',
        "leaverbot_reads_waiting 0.0",
        f"leaverbot_last_event_timestamp_seconds {happened}",
        'leaverbot_users{from="directory"} 2.0',
        'leaverbot_users{from="elsewhere"} 0.0',
        "leaverbot_directory_silent 0.0",
        "leaverbot_last_scim_event_timestamp_seconds 0.0",
    } <= {line if "timestamp" not in line else plain(line) for line in shown}
    hearing.store.close()


def plain(line: str) -> str:
    """A sample whose number is not in scientific notation."""
    name, _, value = line.rpartition(" ")
    return f"{name} {float(value)}" if not line.startswith("#") else line
