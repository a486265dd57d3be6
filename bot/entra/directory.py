"""Implements `ports.SourceDirectory` with Microsoft Graph."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from bot.core.directory.source import CouldNotLook, Looked, SourceAccount, looked
from bot.core.models import User
from bot.entra.errors import BadQueryError, NoAnswerError
from bot.entra.graph import Graph
from bot.entra.queries import MOST_CLAUSES, Query, queries
from bot.entra.requests import Deadline, Door
from bot.entra.tokens import Registration, Tokens

# How many groups of people are asked about at once.
AT_ONCE = 4


class EntraDirectory:
    """Nothing is sent before the first look. It needs one permission: docs/facts.md#graph-permissions."""

    def __init__(self, registration: Registration, graph_url: str) -> None:
        self._door = Door(registration.login_url, graph_url)
        self._graph_url = graph_url
        self._graph = Graph(self._door, Tokens(self._door, registration, graph_url))

    def look(self, users: Sequence[User], within: timedelta) -> Mapping[str, Looked]:
        look = _Look(self._graph, self._graph_url, Deadline(within.total_seconds()))
        groups = [users[start : start + MOST_CLAUSES] for start in range(0, len(users), MOST_CLAUSES)]
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="entra") as pool:
            return {user_id: answer for some in pool.map(look.group, groups) for user_id, answer in some.items()}

    def close(self) -> None:
        self._door.close()


@dataclass(slots=True)
class _Look:
    """One look at many people. `failed`: why Entra ID gives no answers; nobody else is asked for after that."""

    graph: Graph
    graph_url: str
    deadline: Deadline
    failed: CouldNotLook | None = None

    def group(self, users: Sequence[User]) -> dict[str, Looked]:
        """People who are asked about together; one whose name Graph does not understand must not hide the others."""
        if self.failed:
            return dict.fromkeys((user.id for user in users), self.failed)
        try:
            accounts = [one for query in queries(self.graph_url, users) for one in self._accounts(query)]
        except BadQueryError as error:
            if len(users) == 1:
                return {users[0].id: error.answer}
            half = len(users) // 2
            return self.group(users[:half]) | self.group(users[half:])
        except NoAnswerError as error:
            self.failed = error.answer
            return self.group(users)
        return {user.id: looked(user, accounts) for user in users}

    def _accounts(self, query: Query) -> list[SourceAccount]:
        return self.graph.accounts(query, self.deadline)
