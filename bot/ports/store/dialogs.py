"""Stored dialogs, as services see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.actions import Asker
from bot.core.kinds import Dialog
from bot.core.models import User
from bot.core.views import DialogState


@dataclass(frozen=True, slots=True)
class StoredDialog:
    """A dialog that is or was open. `query` is what a command named; `user` is known once it has been read. `admin`:
    whether the person who opened it is one.
    """

    id: str
    kind: Dialog
    state: DialogState
    asker: Asker
    view_id: str = ""
    case_id: str | None = None
    user_id: str = ""
    query: str = ""
    user: User | None = None
    digest: str = ""
    admin: bool = False


class DialogStore(Protocol):
    """Dialogs that are or were open."""

    def add_dialog(self, dialog: StoredDialog, at: datetime) -> None: ...

    def dialog(self, dialog_id: str) -> StoredDialog:
        """Raises NotFound."""
        ...

    def set_dialog(self, dialog: StoredDialog) -> None: ...
