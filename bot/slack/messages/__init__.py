"""Everything the bot posts in Slack, as pure functions from values to blocks; the wording is in slack/wording/."""

from bot.slack.blocks import Message
from bot.slack.messages.bulk import bulk_message, bulk_rest_message
from bot.slack.messages.case.alert import case_message
from bot.slack.messages.case.reports import change_message, report_message
from bot.slack.messages.case.whole_reports import whole_report
from bot.slack.messages.denies import loud_deny_message, notice_message
from bot.slack.messages.help import help_message
from bot.slack.messages.leaves import (
    leave_message,
    leaves_message,
    proposed_message,
    schedule_answer,
    scheduled_message,
)
from bot.slack.messages.lists.case_list import list_page_message
from bot.slack.messages.lists.digest import digest_message
from bot.slack.messages.orphans import orphans_message
from bot.slack.messages.person.history import history_message
from bot.slack.messages.person.person import (
    MOST_WAYS,
    card_message,
    every_way_in,
    matches_message,
    outside_identity_center,
    person_message,
)
from bot.slack.messages.replies import plain_message, refusal_message, refusal_text
from bot.slack.messages.rules.announcement import (
    already_message,
    noted_message,
    on_person_message,
    rule_message,
    stopped_anew_message,
)
from bot.slack.messages.rules.brake import brake_message, hold_message
from bot.slack.messages.rules.report import rules_message
from bot.slack.messages.scans import scan_message
from bot.slack.messages.status import status_message
from bot.slack.messages.summary import summary_message
from bot.slack.messages.unused import unused_message
