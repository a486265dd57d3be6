"""Where messages with a key are that an earlier process, or an attempt that broke off, may have posted."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from bot.core.errors import ChatError, ChatUnavailable
from bot.slack.connection.web import Web

log = structlog.get_logger(__name__)

EVENT = "leaverbot_message"
# How many messages back an earlier, broken attempt to post is looked for.
LOOK_BACK = 200
# Threads whose messages are remembered; the oldest are read again when they are needed.
MOST_THREADS = 200
# A channel, and the thread in it, "" for none.
Place = tuple[str, str]


class EarlierPosts:
    """Each place is read once, and again for a key whose last attempt had no known outcome."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._bot_id = ""
        self._lock = threading.Lock()
        self._found: OrderedDict[Place, dict[str, str]] = OrderedDict()
        self._doubtful: set[str] = set()

    def find(self, place: Place, key: str) -> str | None:
        """The `ts` of the message with this key, if it is there."""
        with self._lock:
            found = self._found.get(place)
        if found is None or key in self._doubtful:
            found = self.note(place, self._look(*place))
            self._doubtful.discard(key)
        return found.get(key)

    def doubt(self, key: str) -> None:
        """The attempt to post it broke off: it may be there or not."""
        self._doubtful.add(key)

    def note(self, place: Place, more: Mapping[str, str]) -> dict[str, str]:
        """Remember what stands there."""
        with self._lock:
            found = self._found.setdefault(place, {})
            found.update(more)
            while len(self._found) > MOST_THREADS:
                self._found.popitem(last=False)
            return found

    def _look(self, channel: str, thread_ts: str) -> dict[str, str]:
        """Our messages there, by key. Messages of others never count, whatever they carry."""
        method = "conversations.replies" if thread_ts else "conversations.history"
        arguments = {"channel": channel, "ts": thread_ts} if thread_ts else {"channel": channel}
        try:
            self._bot_id = self._bot_id or str(self._web.look("auth.test", {}).get("bot_id") or "")
            answer = self._web.look(method, {**arguments, "limit": LOOK_BACK, "include_all_metadata": True})
        except ChatUnavailable:
            raise
        except ChatError as error:
            log.warning("earlier messages cannot be read, so one may be posted twice", why=str(error))
            return {}
        return _keys(answer.get("messages", []), self._bot_id)


def _keys(found: Sequence[Mapping[str, Any]], bot_id: str) -> dict[str, str]:
    keys = {}
    for message in found:
        metadata = message.get("metadata") or {}
        key = (metadata.get("event_payload") or {}).get("key")
        if message.get("bot_id") == bot_id and metadata.get("event_type") == EVENT and key:
            keys[str(key)] = str(message["ts"])
    return keys
