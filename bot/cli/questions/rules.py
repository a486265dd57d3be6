"""`leaverbot rules`, alone: what rules do, read from the database."""

from bot.cli.questions.asking import answer, ask
from bot.cli.questions.rule_documents import rules_json
from bot.services.rules.foresee import report_now
from bot.slack import messages


def show_rules(*, as_json: bool) -> None:
    """Print which rules are on, what they will do in the next 24 hours, and what waits for whom."""
    found = ask(report_now)
    answer(messages.rules_message(found).blocks, lambda: rules_json(found), as_json=as_json)
