"""Slack for a process without Slack settings: messages stay in the store until a bot runs."""

from typing import NoReturn

from bot.core.errors import ChatUnavailable
from bot.ports import Posted


class NoChat:
    """Implements `ports.Chat`: nothing can be posted or asked here."""

    def _refuse(self, *_given: object, **_named: object) -> NoReturn:
        raise ChatUnavailable("This command has no Slack settings. The bot shows it in Slack when it runs.")

    show_case = show_digest = show_deny = show_scan = show_rule = show_dialog = _refuse
    show_brake = show_hold = show_leave = show_bulk = post_bulk_rest = show_bulk_plan = _refuse
    post_report = post_change = post_notice = post_summary = _refuse
    tell = answer_scan = answer_person = answer_matches = answer_unused = answer_schedule = renew_card = _refuse
    group_members = channel_members = standing = _refuse

    def link(self, posted: Posted) -> str:  # noqa: ARG002 - as the port says
        return ""
