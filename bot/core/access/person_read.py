"""What was read of one person, what could not be read, and what is held to be true of their grants after that."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from bot.core.models import USER_ID, Grant, GrantKind, Membership, Path, Use, User


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read: `what` it was (`core/scan/wording.py`), and `why` not; both for people.

    `detail`: only a name or a state is missing; all grants are still known. `passing`: the next try may well work.
    `kind` and `path`: which grants it may hide; None: any. `whole`: nothing of `kind` could be read, for anybody.
    """

    what: str
    why: str
    detail: bool = False
    passing: bool = False
    kind: GrantKind | None = None
    path: Path | None = None
    whole: bool = False


def alike(problems: Iterable[Problem]) -> list[Problem]:
    """One problem for each reason, in order: the first one, and how many more there are.

    Reasons that differ only in the user they name count as one.
    """
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(USER_ID.sub("", problem.why), []).append(problem)
    return [
        first if not others else Problem(f"{first.what} and {len(others):,} more like it", first.why)
        for first, *others in groups.values()
    ]


@dataclass(frozen=True, slots=True)
class PersonRead:
    """One user with every grant that could be read. If `unread` is empty, these are all of them.

    `used`: the newest use of access after the user was disabled; None when there is none, or nobody looked.
    `disagreements`: how many rows about group access only one of AWS's two answers has.
    """

    user: User
    grants: tuple[Grant, ...] = ()
    memberships: tuple[Membership, ...] = ()
    unread: tuple[Problem, ...] = ()
    used: Use | None = None
    disagreements: int = 0

    @property
    def complete(self) -> bool:
        return not self.unread

    @property
    def missing(self) -> tuple[Problem, ...]:
        """What could not be read and may hide a grant; empty when at most names and states are unknown."""
        return tuple(problem for problem in self.unread if not problem.detail)

    def hides(self, kind: GrantKind | None, path: Path) -> bool:
        """Whether what could not be read may hide a grant of this kind (None: any kind) by this path."""
        return any(
            problem.path in {None, path} and (kind is None or problem.kind in {None, kind}) for problem in self.missing
        )

    @property
    def usable(self) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if grant.usable)


def merge_unread(known: tuple[Grant, ...], read: PersonRead) -> tuple[Grant, ...]:
    """What we believe about the user's grants after `read`: exactly what was read if it was complete; otherwise
    everything new, and everything known before that may be part of what was not read. The same goes for names and
    states: a permission set whose name could not be read this time keeps the name it had.
    """
    before = {grant.key: grant for grant in known}
    if read.complete:
        # Even then, what a grant allows may be unread; that does not make it any less.
        return tuple(_keep_judged(grant, before.get(grant.key, grant)) for grant in read.grants)
    # When only names or states are missing, all grants are still known.
    merged = {key: grant for key, grant in before.items() if read.hides(grant.kind, grant.path)}
    for grant in read.grants:
        merged[grant.key] = _fill(grant, before.get(grant.key, grant))
    return tuple(merged.values())


def _keep_judged(grant: Grant, known: Grant) -> Grant:
    """The grant as read; what was not read this time about how bad it is comes from what was known."""
    background = known.background if grant.background is None else grant.background
    return replace(grant, privilege=grant.privilege or known.privilege, background=background)


def _fill(grant: Grant, known: Grant) -> Grant:
    """The grant as read, completed with what was known of it."""
    unread = {name: value for name, value in asdict(known).items() if getattr(grant, name) is None}
    return replace(grant, **unread, group_scim=grant.group_scim or known.group_scim)
