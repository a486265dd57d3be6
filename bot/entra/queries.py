"""What is asked of Graph about some people: addresses, within the limits that Microsoft documents."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.core.directory.source import object_ids
from bot.core.models import User

# docs/facts.md#graph-filters
MOST_CLAUSES, LONGEST_URL = 15, 2048
USERS, DELETED = "users", "directory/deletedItems/microsoft.graph.user"
_SELECT = "id,userPrincipalName,mail,mailNickname,displayName,accountEnabled,deletedDateTime"
ADVANCED = {"ConsistencyLevel": "eventual"}


@dataclass(frozen=True, slots=True)
class Query:
    """One request for a list of accounts."""

    url: str
    headers: dict[str, str]
    deleted: bool


def queries(graph_url: str, users: Sequence[User]) -> list[Query]:
    """Everything to ask about these people: accounts by object id, by name and by mail, those there and those deleted.

    The name of a deleted account begins with its id, so that only its end can be asked for.
    """
    base = f"{graph_url.rstrip('/')}/v1.0/"
    ids = _distinct(one for user in users for one in object_ids(user))
    names, mails = _distinct(user.user_name for user in users), _distinct(user.email for user in users)
    there = [*_equal("id", ids), *_equal("userPrincipalName", names), *_equal("mail", mails)]
    gone = [*_equal("id", ids), *_equal("mail", mails)]
    asked = [Query(_address(base, USERS, one), {}, deleted=False) for one in there]
    asked += [Query(_address(base, DELETED, one), {}, deleted=True) for one in gone]
    return asked + [Query(url, ADVANCED, deleted=True) for url in _ending(base, names)]


def _distinct(values: Iterable[str]) -> list[str]:
    return sorted({value.strip().casefold() for value in values if value.strip()})


def _text(value: str) -> str:
    """A text in a filter: a quote in it is doubled, so that nothing in a name can end it."""
    return "'" + value.replace("'", "''") + "'"


def _equal(name: str, values: Sequence[str]) -> list[str]:
    groups = [values[start : start + MOST_CLAUSES] for start in range(0, len(values), MOST_CLAUSES)]
    return [f"{name} in ({','.join(map(_text, group))})" for group in groups]


def _ending(base: str, names: Sequence[str]) -> list[str]:
    """Addresses that ask for deleted accounts whose names end like these, as many names in one as fit."""
    clauses = [f"endsWith(userPrincipalName,{_text(name)})" for name in names]
    return list(_fitting(clauses, lambda some: _address(base, DELETED, " or ".join(some), "&$count=true")))


def _fitting(clauses: Sequence[str], address: Callable[[Sequence[str]], str]) -> Iterable[str]:
    start = 0
    for end in range(1, len(clauses) + 1):
        full = end - start == MOST_CLAUSES
        if full or end == len(clauses) or len(address(clauses[start : end + 1])) > LONGEST_URL:
            yield address(clauses[start:end])
            start = end


def _address(base: str, path: str, condition: str, more: str = "") -> str:
    return f"{base}{path}?$select={_SELECT}&$top=999{more}&$filter={quote(condition, safe='')}"
