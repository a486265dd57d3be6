"""A Slack endpoint (Web API, response URLs, Socket Mode) that is as strict as Slack, for tests and the playground.

Written from Slack's documentation and observed behaviour, not from its client libraries, which are tested against it.
"""

from bot.playground.slack_workspace.records import Answer
from bot.playground.slack_workspace.wire.faults import SlackFault
from bot.playground.slack_workspace.wire.server import SlackServer
from bot.playground.slack_workspace.workspace import Workspace

__all__ = ["Answer", "SlackFault", "SlackServer", "Workspace"]
