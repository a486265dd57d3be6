"""`$filter` as Graph takes it for users, strict about what is documented.

From learn.microsoft.com: "Use the $filter query parameter" and "Advanced query capabilities on Microsoft Entra ID
objects".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.entra.answers import GraphError
from bot.playground.entra.tenant import Account

# Without advanced query parameters.
MOST_CLAUSES = 15
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|[A-Za-z]+|[(),])")
# Which can be compared, and how their values are read.
_EQUAL: dict[str, Callable[[Account], str | None]] = {
    "id": lambda one: one.id,
    "userPrincipalName": lambda one: one.user_principal_name,
    "mail": lambda one: one.mail,
    "displayName": lambda one: one.display_name,
    "mailNickname": lambda one: one.mail_nickname,
}
_ENDS_WITH = {"userPrincipalName", "mail"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison: the property's value equals or ends with one of these."""

    name: str
    values: tuple[str, ...]
    ends: bool

    def holds(self, account: Account) -> bool:
        value = (_EQUAL[self.name](account) or "").casefold()
        wanted = [one.casefold() for one in self.values]
        return any(value.endswith(one) if self.ends else value == one for one in wanted)


def parse(text: str, *, advanced: bool) -> list[Clause]:
    """The clauses, any of which has to hold. Raises GraphError for what Graph refuses."""
    reader = _Reader(text)
    clauses = [reader.clause(advanced=advanced)]
    while reader.more:
        reader.take("or")
        clauses.append(reader.clause(advanced=advanced))
    count = sum(len(clause.values) for clause in clauses)
    if count > MOST_CLAUSES and not advanced:
        raise _unsupported(
            f"Too many child clauses specified in search filter expression containing 'OR' operators: {count}. "
            f"Max allowed: {MOST_CLAUSES}."
        )
    return clauses


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens, at = [], 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise _syntax(text, at)
            self._tokens.append(found[1])
            at = found.end()
        self._text = text

    @property
    def more(self) -> bool:
        return bool(self._tokens)

    def take(self, *expected: str) -> str:
        if not self._tokens or (expected and self._tokens[0] not in expected):
            raise _syntax(self._text, len(self._text))
        return self._tokens.pop(0)

    def clause(self, *, advanced: bool) -> Clause:
        if self._tokens[:1] and self._tokens[0].lower() == "endswith":
            return self._ends_with(advanced=advanced)
        name = self.take()
        if name not in _EQUAL:
            raise _unsupported(f"Unsupported or invalid query filter clause specified for property '{name}'.")
        if self.take("eq", "in") == "eq":
            values = [self._value()]
        else:
            self.take("(")
            values = [self._value()]
            while self.take(",", ")") == ",":
                values.append(self._value())
        for value in values if name == "id" else ():
            if not _GUID.fullmatch(value):
                raise GraphError(400, "Request_BadRequest", f"Invalid object identifier '{value}'.")
        return Clause(name, tuple(values), ends=False)

    def _ends_with(self, *, advanced: bool) -> Clause:
        if not advanced:
            raise _unsupported(
                "Operator 'endsWith' is not supported because the required parameters might be missing. Try adding "
                "$count=true query parameter and ConsistencyLevel:eventual header."
            )
        self.take()
        self.take("(")
        name = self.take()
        if name not in _ENDS_WITH:
            raise _unsupported(f"Unsupported or invalid query filter clause specified for property '{name}'.")
        self.take(",")
        value = self._value()
        self.take(")")
        return Clause(name, (value,), ends=True)

    def _value(self) -> str:
        token = self.take()
        if not token.startswith("'"):
            raise _syntax(self._text, len(self._text))
        return token[1:-1].replace("''", "'")


def _syntax(text: str, at: int) -> GraphError:
    return GraphError(400, "BadRequest", f"Invalid filter clause: Syntax error at position {at} in '{text}'.")


def _unsupported(message: str) -> GraphError:
    return GraphError(400, "Request_UnsupportedQuery", message)
