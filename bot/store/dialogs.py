"""Dialogs that are or were open, in the database."""

from datetime import datetime

import sqlalchemy as sa

from bot.ports import StoredDialog
from bot.store.database.connection import Database
from bot.store.database.schema import dialogs
from bot.store.rows import asker_columns, columns_of, dialog_of


class DialogTable:
    """Implements `ports.DialogStore`."""

    _db: Database

    def add_dialog(self, dialog: StoredDialog, at: datetime) -> None:
        with self._db.transaction() as connection:
            connection.execute(dialogs.insert().values(**_values(dialog), opened_at=at))

    def dialog(self, dialog_id: str) -> StoredDialog:
        row = self._db.known(
            sa.select(dialogs).where(dialogs.c.id == dialog_id),
            "This dialog is not known any more. Close it and open it again.",
        )
        return dialog_of(row)

    def set_dialog(self, dialog: StoredDialog) -> None:
        with self._db.transaction() as connection:
            connection.execute(dialogs.update().where(dialogs.c.id == dialog.id).values(**_values(dialog)))


def _values(dialog: StoredDialog) -> dict[str, object]:
    return columns_of(dialog, "asker", **asker_columns(dialog.asker))
