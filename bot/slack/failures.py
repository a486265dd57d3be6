"""What a person is told when a request fails, and when Slack has to tell them itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt import BoltResponse

from bot.core.errors import LeaverbotError, NotFound, new_reference
from bot.ports import Store
from bot.slack import messages
from bot.slack.connection.client import SlackChat
from bot.slack.requests import press_key, presser, submitted_bulk

log = structlog.get_logger(__name__)

TAKEN = 200
# Slack gets no acknowledgement, so it shows the person its own error.
NOT_TAKEN = 503
LOOK = "Look at the alert before you try again: it shows whether anything was started."


@dataclass(frozen=True, slots=True)
class Failures:
    """The one error handler. A stored request is never reported as an error, whatever fails after it."""

    store: Store
    chat: SlackChat

    def handle(self, error: Exception, body: Mapping[str, Any]) -> BoltResponse:
        """Tell the person. A request that is neither stored nor answered is not acknowledged."""
        stored = self._stored(body)
        if stored:
            log.error("a step after a stored press failed and will be done later", exc_info=error)
            return BoltResponse(status=TAKEN)
        text = self._text(error, stored)
        if "command" in body:
            # The acknowledgement carries the answer to a command.
            return BoltResponse(status=TAKEN, body={"text": text, "response_type": "ephemeral"})
        return BoltResponse(status=TAKEN if self._told(body, text) else NOT_TAKEN)

    def _stored(self, body: Mapping[str, Any]) -> bool | None:
        """Whether the request was stored; None when this is not known."""
        try:
            key, bulk_id = press_key(body), submitted_bulk(body)
            if bulk_id:
                bulk = self.store.bulk(bulk_id)
                return bulk.began_at is not None and bulk.by == presser(body).user
            return self.store.knows_press(key) if key else False
        except NotFound:
            return False
        except Exception as error:  # noqa: BLE001 - the request ends here, and the person is told in any case
            log.warning("it is not known whether a press was stored", why=type(error).__name__)
            return None

    def _text(self, error: Exception, stored: bool | None) -> str:
        if isinstance(error, LeaverbotError):
            log.warning("a request was not carried out", why=str(error))
            return str(error) if stored is False else f"{error} {LOOK}"
        reference = new_reference()
        log.error("a request failed", reference=reference, exc_info=error)
        return (
            f"Something went wrong that we did not foresee (reference {reference}). "
            f"{'Nothing was started.' if stored is False else LOOK} "
            "The log has the details under that reference."
        )

    def _told(self, body: Mapping[str, Any], text: str) -> bool:
        try:
            self.chat.answer(presser(body), messages.plain_message(text))
        except Exception as failure:  # noqa: BLE001 - the request ends here, and Slack tells the person instead
            log.warning("the person could not be told of an error, so Slack shows its own", why=str(failure))
            return False
        return True
