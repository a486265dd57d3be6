"""Permission sets nobody uses, in the database."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.store.database.connection import Database
from bot.store.database.schema import unused_sets


class UnusedSetTable:
    """Implements `ports.UnusedSets`."""

    _db: Database

    def unused_since(self, permission_set_arn: str) -> datetime | None:
        wanted = sa.select(unused_sets.c.since).where(unused_sets.c.permission_set_arn == permission_set_arn)
        return self._db.value(wanted)

    def note_unused(self, arns: Collection[str], at: datetime) -> dict[str, datetime]:
        with self._db.transaction() as connection:
            rows = connection.execute(sa.select(unused_sets)).mappings()
            known = {row["permission_set_arn"]: row["since"] for row in rows}
            gone, new = set(known) - set(arns), set(arns) - set(known)
            connection.execute(unused_sets.delete().where(unused_sets.c.permission_set_arn.in_(gone)))
            if new:
                connection.execute(
                    unused_sets.insert(), [{"permission_set_arn": arn, "since": at} for arn in sorted(new)]
                )
        return {arn: known.get(arn, at) for arn in arns}
