"""Whom a list shows: a few words that people type, all of which have to be true of a person."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from bot.core.access.severity import Severity
from bot.core.cases import Case, CaseState
from bot.core.models import Grant
from bot.core.reasons import Code, Reason
from bot.core.rules.durations import text_of, time_of
from bot.core.typed_names import fold, visible


class Word(StrEnum):
    """What can be asked for, besides a severity."""

    INCIDENT = "incident"  # access that was used after its user was disabled
    DENIED = "denied"  # an emergency deny is in force
    OLDER = "older"  # disabled for longer than this
    ACCOUNT = "account"
    GROUP = "group"
    PERMISSION_SET = "permission-set"
    CLOSED = "closed"  # still in the directory, without any way in
    FOUND = "found"  # by the scan of this digest; only buttons ask for it


# Names of accounts, groups and permission sets that thousands of ways in have in common.
NAMES_KEPT = 8192
# More names than anybody asks for; each is looked for in every way in of everybody, for each button with a count.
MOST_ASKED = 10
# Behind these stands a name, which may be of several words.
_NAMED = (Word.ACCOUNT, Word.GROUP, Word.PERMISSION_SET)
# Every word that a filter may begin with, as people type it.
WORDS = tuple(str(word) for word in (*Severity, *Word) if word is not Word.FOUND)
_KNOWN = {*WORDS, str(Word.FOUND)}
# Quotes as typed and as phones make them; two of them in a quoted name are one.
_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e", '"'))
_TOKEN = re.compile(
    r'"(?P<quoted>(?:[^"]|"")+)"(?!\S)'
    # However a phone writes it.
    r"|(?P<set>permission[\s_\-\u2010-\u2015]?sets?(?!\S))"
    r"|\S+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Whom to show; nothing set: everybody with an open case. `older`: disabled for at least this long. `closed`:
    instead of open cases, leavers who are still in the directory without any way in. `found`: the id of a digest.

    The names are as typed; `matches` compares them as people do.
    """

    severity: Severity | None = None
    incident: bool = False
    denied: bool = False
    older: timedelta | None = None
    accounts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    permission_sets: tuple[str, ...] = ()
    closed: bool = False
    found: str = ""

    def __str__(self) -> str:
        """The text that is read as this filter; "" for everybody."""
        parts = [str(self.severity)] if self.severity else []
        parts += [Word.INCIDENT] if self.incident else []
        parts += [Word.DENIED] if self.denied else []
        parts += [f"{Word.OLDER} {text_of(self.older)}"] if self.older is not None else []
        parts += [f"{word} {_quoted(name)}" for word, names in self.names() for name in names]
        parts += [Word.CLOSED] if self.closed else []
        parts += [f"{Word.FOUND} {_quoted(self.found)}"] if self.found else []
        return " ".join(parts)

    def names(self) -> Iterator[tuple[Word, tuple[str, ...]]]:
        """The names that it asks for, by the word before them."""
        return zip(_NAMED, (self.accounts, self.groups, self.permission_sets), strict=True)


@dataclass(frozen=True, slots=True)
class Known:
    """What a filter needs to know besides a case. `denied`: users with an emergency deny; `found`: the cases of the
    digest that it asks for.
    """

    at: datetime
    denied: Collection[str] = ()
    found: Collection[str] = ()


def parse_filter(text: str) -> CaseFilter | Reason:
    """Read what somebody typed, or say what of it is not understood. Never fails."""
    tokens = list(_tokens(text))
    found, start = CaseFilter(), 0
    while start < len(tokens):
        word, quoted = tokens[start]
        end = next((at for at in range(start + 1, len(tokens)) if _is_word(tokens[at])), len(tokens))
        if quoted or not _is_word(tokens[start]):
            return Reason(Code.FILTER_UNKNOWN, why=word)
        read = _with(found, word.lower(), [token for token, _ in tokens[start + 1 : end]])
        if isinstance(read, Reason):
            return read
        if sum(len(names) for _, names in read.names()) > MOST_ASKED:
            return Reason(Code.FILTER_TOO_MANY, why=str(MOST_ASKED))
        found, start = read, end
    return found


def matches(wanted: CaseFilter, case: Case, known: Known) -> bool:
    """Whether everything that the filter says is true of this person."""
    return (
        wanted.closed is (case.state is CaseState.CLOSED)
        and wanted.severity in {None, case.severity}
        and (case.used is not None or not wanted.incident)
        and (not wanted.denied or case.user.id in known.denied)
        and (wanted.older is None or known.at - case.disabled_by >= wanted.older)
        and (not wanted.found or case.id in known.found)
        and all(_has(case, word, name) for word, names in wanted.names() for name in names)
    )


def names_of(word: Word, cases: Iterable[Case]) -> tuple[str, ...]:
    """What could stand behind this word: the names that these people's ways in have, each once, sorted."""
    labels = {fold(label): label for case in cases for grant in case.usable for label in _labels(word, grant)[:1]}
    return tuple(labels[name] for name in sorted(labels))


def _has(case: Case, word: Word, name: str) -> bool:
    wanted = fold(name)
    return any(wanted == _folded(label) for grant in case.usable for label in _labels(word, grant))


@lru_cache(NAMES_KEPT)
def _folded(label: str) -> str:
    return fold(label)


def _labels(word: Word, grant: Grant) -> list[str]:
    """What the account, group or permission set of a way in is called, and its id; the best name first."""
    pairs = {
        Word.ACCOUNT: (grant.account_name, grant.account_id),
        Word.GROUP: (grant.group_name, grant.group_id),
        Word.PERMISSION_SET: (grant.permission_set_name, grant.permission_set_arn),
    }
    return [label for label in pairs[word] if label]


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """The words of a text, and whether they were quoted."""
    for token in _TOKEN.finditer(visible(text).translate(_QUOTES)):
        name = visible((token["quoted"] or "").replace('""', '"'))
        word = str(Word.PERMISSION_SET) if token["set"] else token[0]
        yield (name, True) if name else (word, False)


def _is_word(token: tuple[str, bool]) -> bool:
    return not token[1] and token[0].lower() in _KNOWN


def _with(wanted: CaseFilter, word: str, rest: list[str]) -> CaseFilter | Reason:
    """The filter with one more word, behind which stands the rest."""
    argument = " ".join(rest)
    if word in set(Severity):
        return _unless(argument) or _of_severity(wanted, Severity(word))
    match Word(word):
        case Word.OLDER:
            return _older(wanted, argument)
        case Word.ACCOUNT | Word.GROUP | Word.PERMISSION_SET | Word.FOUND if not argument:
            return Reason(Code.FILTER_NAME_MISSING, why=word)
        case Word.ACCOUNT:
            return replace(wanted, accounts=_added(wanted.accounts, argument))
        case Word.GROUP:
            return replace(wanted, groups=_added(wanted.groups, argument))
        case Word.PERMISSION_SET:
            return replace(wanted, permission_sets=_added(wanted.permission_sets, argument))
        case Word.FOUND:
            return replace(wanted, found=argument)
        case Word.INCIDENT:
            return _unless(argument) or replace(wanted, incident=True)
        case Word.DENIED:
            return _unless(argument) or replace(wanted, denied=True)
        case Word.CLOSED:
            return _unless(argument) or replace(wanted, closed=True)


def _unless(argument: str) -> Reason | None:
    return Reason(Code.FILTER_UNKNOWN, why=argument) if argument else None


def _of_severity(wanted: CaseFilter, severity: Severity) -> CaseFilter | Reason:
    if wanted.severity not in {None, severity}:
        return Reason(Code.FILTER_TWO_SEVERITIES, why=f"{wanted.severity} and {severity}")
    return replace(wanted, severity=severity)


def _older(wanted: CaseFilter, argument: str) -> CaseFilter | Reason:
    try:
        time = time_of(argument)
    except ValueError:
        return Reason(Code.FILTER_TIME_UNREADABLE, why=argument)
    return replace(wanted, older=max(time, wanted.older or time))


def _added(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if fold(name) in map(fold, names) else (*names, name)


def _quoted(name: str) -> str:
    """The name, in quotes where it would be read as something else without."""
    plain = not any(token[1] or _is_word(token) for token in _tokens(name))
    return name if plain and '"' not in name else '"{}"'.format(name.replace('"', '""'))
