"""What a list shows, in words: its filter, and the buttons that change it."""

from collections.abc import Mapping

from bot.core.lists.filters import CaseFilter, Word
from bot.core.lists.toggles import OLDER, Toggle
from bot.slack.wording.text import capital, listed, name, span

# Names in a filter are cut to this; who typed them knows the rest.
NAME, MOST = 40, 3
TOGGLES: Mapping[Toggle, str] = {
    Toggle.CRITICAL: "Critical",
    Toggle.HIGH: "High",
    Toggle.NORMAL: "Normal",
    Toggle.INCIDENT: "Used while disabled",
    Toggle.DENIED: "Denied",
    Toggle.OLDER: f"Older than {OLDER.days} days",
    Toggle.CLOSED: "No access left",
}
CALLED: Mapping[Word, tuple[str, str]] = {
    Word.ACCOUNT: ("an account", "accounts"),
    Word.GROUP: ("a group", "groups"),
    Word.PERMISSION_SET: ("a permission set", "permission sets"),
}


def shown(wanted: CaseFilter) -> str:
    """What the filter asks for: critical · account *payments-prod*; "" for everybody."""
    parts = [str(wanted.severity)] if wanted.severity else []
    parts += ["used while disabled"] if wanted.incident else []
    parts += ["emergency deny in force"] if wanted.denied else []
    parts += [f"disabled for {length(int(wanted.older.total_seconds()))} or longer"] if wanted.older is not None else []
    for word, names in wanted.names():
        labels = [f"*{name(one, NAME)}*" for one in names]
        parts += [f"{word.replace('-', ' ')} {listed(labels, most=MOST)}"] if labels else []
    parts += ["found by one scan"] if wanted.found else []
    return " · ".join(parts)


def length(seconds: int) -> str:
    """A length of time in whole days where it is that, else as it is: 2 days, 36 hours."""
    days, rest = divmod(seconds, 86_400)
    return span(seconds) if rest or not days else f"{days:,} {'day' if days == 1 else 'days'}"


def there_are(word: Word, names: tuple[str, ...], asked: tuple[str, ...]) -> str:
    """What to say where a name found nobody: which names would."""
    one, many = CALLED[word]
    sought = listed([f"*{name(text, NAME)}*" for text in asked], most=MOST, last="or")
    who = f"Nobody shown here has access through {one} called {sought}."
    if word is Word.ACCOUNT:
        who = f"Nobody shown here can get into {one} called {sought}."
    if not names:
        return who
    return f"{who} {capital(many)} there are: {listed([name(text, NAME) for text in names], most=15)}."
