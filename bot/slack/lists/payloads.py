"""What the controls of a list carry: the list's id and what they change. Whatever was selected is in the store."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.errors import NotFound
from bot.core.kinds import DETAILS, KINDS, Kind, Look
from bot.core.lists.toggles import Toggle
from bot.slack.payloads import decode, encode

OLD = "This list is from an older version of leaverbot. /leavers opens a fresh one."


class ListControl(StrEnum):
    """What Slack calls the controls of a list, besides those that name what they switch."""

    PREVIOUS = "list_previous"
    NEXT = "list_next"
    EVERYBODY = "list_everybody"
    SEVERAL = "list_several"
    SELECT = "list_select"
    ALL = "list_all"
    CLEAR = "list_clear"
    ROW = "list_row"


@dataclass(frozen=True, slots=True)
class ListPress:
    """A control as it was drawn. `case_id`: of a row; `does`: what an option of its menu is for, "select" or the
    name of a kind or look; `page`: the page to turn to; `on`: whether it switches on or off.
    """

    list_id: str
    case_id: str = ""
    does: str = ""
    page: int = 1
    on: bool = True


def filter_id(toggle: Toggle) -> str:
    """What Slack calls the button that narrows a list."""
    return f"list_filter_{toggle}"


def encode_press(list_id: str, *, page: int = 1, on: bool = True, case_id: str = "", does: str = "") -> str:
    """The value of a control; what is as usual is left out."""
    more: dict[str, object] = {"page": page} if page != 1 else {}
    more |= {} if on else {"on": on}
    more |= {"case": case_id} if case_id else {}
    more |= {"do": does} if does else {}
    return encode({"list": list_id, **more})


def decode_press(text: str) -> ListPress:
    """Raises NotFound for anything this version did not write."""
    data = decode(text, OLD)
    press = ListPress(
        data.get("list", ""), data.get("case", ""), data.get("do", ""), data.get("page", 1), data.get("on", True)
    )
    texts = (press.list_id, press.case_id, press.does)
    whole = all(isinstance(one, str) for one in texts) and type(press.page) is int and type(press.on) is bool
    if not whole or not press.list_id:
        raise NotFound(OLD)
    return press


def dialog_of(does: str) -> Kind | Look | None:
    """What an option of a row's menu opens; None for anything else."""
    return DETAILS if does == DETAILS.name else KINDS.get(does)
