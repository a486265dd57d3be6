"""Find a user by what a person typed: user name, e-mail, id, or a unique part of one."""

import difflib
from collections.abc import Iterable
from heapq import nlargest

import structlog

from bot.core.errors import AwsDenied, AwsNotFound, AwsRejected
from bot.core.models import User, is_user_id
from bot.core.typed_names import fold, named
from bot.core.views import Matches
from bot.ports import Directory

log = structlog.get_logger(__name__)

# More matches than this are counted, not listed.
MOST_SHOWN = 10
MOST_NEAR = 5


def find(directory: Directory, query: str) -> User | Matches:
    """The one user meant, or those that could be meant. Raises AwsError when the directory cannot be read."""
    query = named(query)
    if is_user_id(query):
        # AWS's ids are case-sensitive and mostly lower-case; people paste them as they come.
        for user_id in dict.fromkeys([query, query.lower()]):
            try:
                return directory.user(user_id)
            except AwsNotFound:
                continue
        return Matches(query)
    exact = _exact(directory, query)
    return exact or among(directory.pages(), query)


def is_whole_name(query: str, user: User) -> bool:
    """Whether that is the user's name, e-mail or id, and not only a part of one."""
    wanted = fold(named(query))
    return wanted in {fold(name) for name in (user.user_name, user.email, user.id) if name}


def _exact(directory: Directory, query: str) -> User | None:
    """One call instead of the whole list, for a text that is exactly somebody's user name or e-mail."""
    attributes = ("userName", "emails.value") if "@" in query else ("userName",)
    for attribute in attributes:
        try:
            user_id = directory.user_id_for(attribute, query)
            if user_id:
                return directory.user(user_id)
        except AwsNotFound:
            continue
        except (AwsDenied, AwsRejected) as error:
            # Without GetUserId, the whole list answers the same question, only more slowly.
            log.debug("exact lookup is not possible", why=str(error))
    return None


def among(pages: Iterable[Iterable[User]], query: str) -> User | Matches:
    """The one user of these meant by `query`, which is not an id, or those that could be meant."""
    query = named(query)
    wanted = fold(query)
    if not wanted:
        # Part of every name, and so nobody's.
        return Matches(query)
    same: list[User] = []
    parts: list[User] = []
    total = 0
    near: list[tuple[float, str, User]] = []
    for page in pages:
        for user in page:
            names = [fold(name) for name in (user.user_name, user.email, user.display_name) if name]
            if wanted in names:
                same.append(user)
            elif any(wanted in name for name in [*names, user.id]):
                total += 1
                if len(parts) < MOST_SHOWN:
                    parts.append(user)
            elif not same and not parts:
                near += [(_likeness(wanted, names), user.id, user)]
                near = nlargest(MOST_NEAR, near) if len(near) > 50 * MOST_NEAR else near
    if len(same) == 1:
        return same[0]
    if same:
        return Matches(query, tuple(same[:MOST_SHOWN]), len(same))
    if total == 1:
        return parts[0]
    if total:
        return Matches(query, tuple(parts), total)
    best = tuple(user for likeness, _, user in nlargest(MOST_NEAR, near) if likeness > 0.5)
    return Matches(query, best, len(best), near=True)


def _likeness(wanted: str, names: list[str]) -> float:
    """0 to 1: how similar the text is to a name, to one word of it, or to the local part of an address."""
    pieces = {piece for name in names for piece in (name, name.partition("@")[0], *name.split())}
    matcher = difflib.SequenceMatcher(b=wanted)
    best = 0.0
    for piece in pieces:
        matcher.set_seq1(piece)
        # The cheap bounds first: most of a large directory is not similar at all.
        if matcher.real_quick_ratio() > max(best, 0.5) and matcher.quick_ratio() > max(best, 0.5):
            best = max(best, matcher.ratio())
    return best
