"""Lists of accounts from Microsoft Graph."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from bot.core.directory.source import SourceAccount, Unseen
from bot.entra.errors import BadQueryError, NoAnswerError
from bot.entra.queries import Query
from bot.entra.requests import Deadline, Door, patiently
from bot.entra.tokens import Tokens

# A list about fifteen people that goes on for longer is not one.
MOST_PAGES = 50


class Graph:
    """Asks with a token, and once more with a new one when Graph does not take it."""

    def __init__(self, door: Door, tokens: Tokens) -> None:
        self._door, self._tokens = door, tokens

    def accounts(self, query: Query, deadline: Deadline) -> list[SourceAccount]:
        """All pages of the list. Raises NoAnswerError, BadQueryError when Graph does not understand the query."""
        found: list[SourceAccount] = []
        url: str | None = query.url
        for _ in range(MOST_PAGES):
            if url is None:
                return found
            page = self._page(url, query.headers, deadline)
            found += _accounts(page.get("value"), deleted=query.deleted)
            url = _next(page)
        raise NoAnswerError(Unseen.UNREADABLE, "The list does not end.")

    def _page(self, url: str, headers: dict[str, str], deadline: Deadline) -> dict[str, Any]:
        answer = self._asked(url, headers, deadline)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._tokens.forget()
            answer = self._asked(url, headers, deadline)
        if answer.status_code == httpx.codes.OK:
            return _document(answer)
        said = _reason(answer)
        if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise NoAnswerError(Unseen.REFUSED, said)
        raise BadQueryError(Unseen.UNREADABLE, said)

    def _asked(self, url: str, headers: dict[str, str], deadline: Deadline) -> httpx.Response:
        def ask() -> httpx.Response:
            token = self._tokens.token(deadline)
            return self._door.send(deadline, "GET", url, headers={**headers, "Authorization": f"Bearer {token}"})

        return patiently(deadline, ask)


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        document = answer.json()
    except ValueError:
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("value"), list):
        raise NoAnswerError(Unseen.UNREADABLE, "The answer is not one of Microsoft Graph.")
    return document


def _next(page: dict[str, Any]) -> str | None:
    following = page.get("@odata.nextLink")
    return str(following) if following else None


def _reason(answer: httpx.Response) -> str:
    """Microsoft's code and sentence, such as "Authorization_RequestDenied: Insufficient privileges …"."""
    try:
        error = answer.json()["error"]
        return f"{error['code']}: {error['message']}"
    except (ValueError, LookupError, TypeError):
        return f"HTTP {answer.status_code}"


def _accounts(value: Any, *, deleted: bool) -> Iterator[SourceAccount]:
    for one in value:
        if not isinstance(one, dict) or not isinstance(one.get("id"), str):
            raise NoAnswerError(Unseen.UNREADABLE, "An account has no id.")
        enabled = one.get("accountEnabled")
        yield SourceAccount(
            one["id"],
            _text(one, "userPrincipalName"),
            _text(one, "mail"),
            _text(one, "mailNickname"),
            _text(one, "displayName"),
            enabled=enabled if isinstance(enabled, bool) else None,
            deleted=deleted,
            deleted_at=_moment(one.get("deletedDateTime")) if deleted else None,
        )


def _text(account: dict[str, Any], name: str) -> str:
    value = account.get(name)
    return value if isinstance(value, str) else ""


def _moment(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
