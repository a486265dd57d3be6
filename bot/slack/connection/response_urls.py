"""Answers to the `response_url` of a command or a press, sent to Slack's own addresses and nowhere else."""

import json
import urllib.request
from typing import Any
from urllib.error import HTTPError
from urllib.parse import SplitResult, urlsplit

import structlog

from bot.slack.blocks import Message
from bot.slack.connection.web import BROKEN, TIMEOUT_SECONDS

log = structlog.get_logger(__name__)

SLACK = ("https", "hooks.slack.com", 443)
_PORTS = {"https": 443, "http": 80}


class ResponseUrls:
    """Trusts Slack's host for such answers, and the host of the configured Web API (`base_url`)."""

    def __init__(self, base_url: str) -> None:
        scheme, host, port = _origin(urlsplit(base_url)) or SLACK
        beside = f"hooks.{host.removeprefix('www.')}"
        self._trusted = {SLACK, (scheme, host, port), (scheme, beside, port)}
        self._opener = urllib.request.build_opener(_NoRedirects())

    def send(self, url: str, message: Message, *, replace: bool = False) -> bool:
        """Show a message to the person the URL was made for; `replace`: in place of the one they pressed.

        False when it does not arrive: the URL is used up, has expired (docs/facts.md#response-url), or not
        Slack's.
        """
        if not self._is_slacks(url):
            log.warning("a response_url that is not Slack's was not used", host=_host(url))
            return False
        body = {**message.content, "response_type": "ephemeral", "replace_original": replace}
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            url, json.dumps(body).encode(), {"Content-Type": "application/json;charset=utf-8"}
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return answer.status == 200 and answer.read() in {b"ok", b""}
        except HTTPError as error:
            log.info("response_url refused an answer", status=error.code)
        except BROKEN as error:
            log.info("response_url did not answer", why=type(error).__name__)
        return False

    def _is_slacks(self, url: str) -> bool:
        try:
            return _origin(urlsplit(url)) in self._trusted
        except ValueError:
            return False


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could send an answer anywhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _origin(parts: SplitResult) -> tuple[str, str, int] | None:
    """Scheme, host and port; None if it is not a web address. Raises ValueError for an invalid port."""
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def _host(url: str) -> str:
    """For the log: never the path, which is a secret."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
