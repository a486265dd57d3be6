"""Read some users as a scan reads them: who is disabled, and everything that those can get into."""

import math
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from contextvars import copy_context
from dataclasses import dataclass, field

from bot.core.access.person_read import Problem
from bot.core.errors import AwsError, AwsNotFound
from bot.core.models import GrantKind, User, UserStatus
from bot.core.scan.coverage import Coverage, Scan, ScanStatus, Seen
from bot.core.scan.strategy import LastScan
from bot.core.scan.wording import Unread
from bot.ports import Directory
from bot.services.context import Context
from bot.services.scan.gathering import PAGE, Gathering
from bot.services.scan.sources import readers
from bot.services.scan.users import list_users


def read_people(context: Context, user_ids: Collection[str]) -> Scan:
    """These users as they are now; several share what they have in common. How each was seen: those who are disabled
    are `people`, all others are in `others`.

    CloudTrail is not asked who used access: it knows only minutes later, and the next scan asks. Raises AwsError when
    not a single user could be asked about, and that passes.
    """
    started, last = context.clock.now(), context.store.last_scan()
    with context.background() as calls, readers() as pool:
        gathering = Gathering(context.directory, context.access, pool, lambda _progress: None, last=LastScan.of(last))
        seen = _Users(gathering.found)
        if last and last.user_list_complete and math.ceil(last.users_read / PAGE) < len(user_ids):
            seen.from_list(context.directory, user_ids, pool)
        else:
            seen.one_by_one(context.directory, user_ids, pool)
        gathered = gathering.finish(last.users_read if last else 0, None)
    problems = [*seen.problems, *gathered.problems, *(problem for one in gathered.people for problem in one.unread)]
    coverage = Coverage(
        ScanStatus.PARTIAL if problems else ScanStatus.COMPLETE,
        started,
        context.clock.now(),
        kinds_read=tuple(kind for kind in GrantKind if kind not in gathering.reader.kinds_missing),
        leavers=len(gathered.people),
        leavers_read=sum(one.complete for one in gathered.people),
        calls=dict(calls),
        problems=tuple(problems),
        user_list_complete=False,
    )
    reader = gathering.reader
    return Scan(coverage, gathered.people, seen.others, reader.management_account_id, reader.caller_account_id)


@dataclass(slots=True)
class _Users:
    """What was seen of the users; `found` is called with each disabled one."""

    found: Callable[[User], None]
    others: dict[str, Seen] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def from_list(self, directory: Directory, user_ids: Collection[str], pool: Executor) -> None:
        """From the list of all users: it has fewer pages than these are users. Those who are not in it because it
        could not be read to its end are asked about one by one.
        """
        wanted = set(user_ids)
        listing = list_users(
            directory, wanted, lambda user: self.found(user) if user.id in wanted else None, lambda _progress: None
        )
        self.others = {name: seen for name, seen in listing.watched.items() if name not in listing.leavers}
        unread = [] if listing.whole else [name for name, how in self.others.items() if how is Seen.UNREAD]
        if unread:
            self.one_by_one(directory, unread, pool)
        else:
            self.problems += listing.problems

    def one_by_one(self, directory: Directory, user_ids: Collection[str], pool: Executor) -> None:
        errors = []
        asked = [(user_id, pool.submit(copy_context().run, _ask, directory, user_id)) for user_id in sorted(user_ids)]
        for user_id, answer in asked:
            found = answer.result()
            if isinstance(found, User) and found.status is UserStatus.DISABLED:
                self.others.pop(user_id, None)
                self.found(found)
            elif isinstance(found, AwsNotFound):
                self.others[user_id] = Seen.GONE
            elif isinstance(found, User):
                self.others[user_id] = Seen.ENABLED if found.status is UserStatus.ENABLED else Seen.UNREAD
            else:
                self.others[user_id] = Seen.UNREAD
                self.problems.append(Problem(Unread.KNOWN_USER.of(user_id), str(found), passing=found.passes))
                errors.append(found)
        if errors and len(errors) == len(user_ids) and all(error.passes for error in errors):
            raise errors[0]


def _ask(directory: Directory, user_id: str) -> User | AwsError:
    try:
        return directory.user(user_id)
    except AwsError as error:
        return error
