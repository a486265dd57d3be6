"""A list that somebody opened: one page of it, and every control that works on it. Only they see it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.core.cases import Case
from bot.core.kinds import DELETE, DETAILS, REVOKE, SHUT_OUT
from bot.core.lists.toggles import is_on
from bot.core.lists.views import DenyMark, ListPage, ListRow
from bot.core.scan.coverage import Coverage
from bot.slack import kinds
from bot.slack.blocks import MESSAGE_TEXT, Block, Message, context, message, plain_text, section, with_ids
from bot.slack.lists.bulk_payloads import bulk_id, encode_list
from bot.slack.lists.payloads import ListControl, encode_press, filter_id
from bot.slack.payloads import MOST_CHOICE
from bot.slack.wording import bulk, filters, names, ways_in
from bot.slack.wording.coverage import all_clear, not_all_clear, tells_all
from bot.slack.wording.text import clean, cut, day, link, listed, name, plural, size, when
from bot.slack.wording.titles import MARKS, to_review

MOST_ROW, ROW_OF_BUTTONS = 420, 5
_DENIES = {DenyMark.EVERYWHERE: "denied", DenyMark.IN_PART: "denied in part"}


class Shape(NamedTuple):
    """How much of a row is shown: names of at most this many characters, whether the user name stands beside the name,
    whether the name links to the message of the case, and how much of what they can get into is named.
    """

    limit: int
    user_name: bool = True
    linked: bool = True
    named: int = 0


# How long a row may be is what the page leaves to each: the first that fits is taken.
SHAPES = (Shape(60), Shape(40), Shape(30), Shape(20, user_name=False), Shape(12, user_name=False, linked=False))


def list_page_message(page: ListPage) -> Message:
    """The page as it is now. Its block ids change with every press."""
    title = list_title(page)
    head = [section(f"*{title}*\n{list_below(page)}".strip()), *_filters(page)]
    tail = [*_turning(page), *_selecting(page), *_acting(page), context(_read(page))]
    beside = [_select(page, row) if page.selecting else _menu(page, row) for row in page.rows]
    room = (MESSAGE_TEXT - _texts([*head, *tail, *beside])) // max(1, len(page.rows))
    most, twice = min(MOST_ROW, room), _namesakes(page)
    rows = [
        _row(row, control, most, unclear=names.best_name(row.case.user) in twice)
        for row, control in zip(page.rows, beside, strict=True)
    ]
    return message(title, with_ids([*head, *rows, *tail], f"{page.version}.{page.id}"))


def list_title(page: ListPage) -> str:
    """How many it shows, of how many."""
    if not page.everybody and not page.filter.closed:
        last = page.last_scan
        return f"No open case. {all_clear(last)}" if last and tells_all(last) else not_all_clear(last)
    if not page.everybody:
        return "No disabled user without access, as far as leaverbot knows"
    if not page.total:
        return "Nobody matches"
    person = "disabled person" if page.everybody == 1 else "disabled people"
    has = "has" if page.everybody == 1 else "have"
    if page.total == page.everybody:
        return f"{page.total:,} {person} {f'{has} no access left' if page.filter.closed else f'still {has} access'}"
    return f"{page.total:,} of {page.everybody:,} {person} {'without' if page.filter.closed else 'with'} access"


def list_below(page: ListPage) -> str:
    """What the title leaves out: what is shown, and where the rest is."""
    lines = [f"Shown: {filters.shown(page.filter)}"] if filters.shown(page.filter) else []
    if page.filter.closed and page.total:
        lines.append("They are still in the directory. Delete those you no longer need.")
    asked = dict(page.filter.names())
    lines += [filters.there_are(word, found, asked[word]) for word, found in page.there_are.items()]
    if page.to_review and not page.filter.closed:
        lines.append(f"{to_review(page.to_review)}, see /leavers summary.")
    return cut("\n".join(lines), 800)


def _filters(page: ListPage) -> list[Block]:
    """One button for each filter that shows somebody; one that is on is marked, and switches off."""
    buttons = [
        _button(
            filter_id(toggle),
            f"{'✓ ' if is_on(page.filter, toggle) else ''}{filters.TOGGLES[toggle]} {count:,}",
            encode_press(page.id, on=not is_on(page.filter, toggle)),
        )
        for toggle, count in page.counts.items()
    ]
    if str(page.filter):
        buttons.append(_button(ListControl.EVERYBODY, "Show everybody", encode_press(page.id)))
    return _in_rows(buttons)


def _namesakes(page: ListPage) -> frozenset[str]:
    """The names that several people of the page have."""
    counted = Counter(names.best_name(row.case.user) for row in page.rows)
    return frozenset(label for label, count in counted.items() if count > 1)


def _row(row: ListRow, control: Block | None, most: int, *, unclear: bool) -> Block:
    """`unclear`: the name alone does not say who it is. Else rows go without user names, which phones would wrap."""
    texts = (row_text(row, shape._replace(user_name=shape.user_name and unclear)) for shape in SHAPES)
    text = next((text for text in texts if size(text) <= most), "")
    block = section(text or cut(row_text(row, SHAPES[-1]), most))
    return {**block, "accessory": control} if control else block


def row_text(row: ListRow, shape: Shape) -> str:
    """One person in two lines of a phone; Details has the rest."""
    case = row.case
    first = [f"{MARKS[case.severity]} {_who_is(row, shape)}"]
    first += [str(case.severity)] if case.is_open else []
    second = ["used while disabled" if case.used else _since(case)]
    second.append(_held(case, shape.named) if case.is_open else "no way in")
    second += ["not fully read"] if not case.read_complete else []
    second += [_DENIES[row.deny]] if row.deny in _DENIES else []
    second += ["protected"] if row.protected else []
    return f"{' · '.join(first)}\n{' · '.join(second)}"


def _who_is(row: ListRow, shape: Shape) -> str:
    user, label = row.case.user, names.user_label(row.case.user, shape.limit)
    shown = f"*{link(row.link, label) if shape.linked else label}*"
    both = shape.user_name and clean(user.display_name) and clean(user.user_name)
    return f"{shown} ({name(user.user_name, shape.limit)})" if both else shown


def _since(case: Case) -> str:
    """Since when the user has been disabled, as far as is known."""
    at = case.user.updated_at
    return f"before {day(case.opened_at)}" if at is None or at > case.opened_at else f"since {day(at)}"


def _held(case: Case, named: int) -> str:
    """On a phone the accounts, as in the title of an alert, or else the applications; else all of it."""
    accounts, applications = len(ways_in.account_ids(case.usable)), len(ways_in.application_ids(case.usable))
    if not accounts and not applications:
        return "access not known"
    if not named:
        return ways_in.reach(accounts, 0 if accounts else applications, "account")
    reach = ways_in.reach(accounts, applications, "account")
    return f"{reach}: {listed(ways_in.targets(case.usable, 60), most=named)}"


def _select(page: ListPage, row: ListRow) -> Block:
    value = encode_press(page.id, case_id=row.case.id, on=not row.selected)
    if row.selected:
        return _button(ListControl.SELECT, "✓ Selected", value, "primary")
    return _button(ListControl.SELECT, "Select", value)


def _menu(page: ListPage, row: ListRow) -> Block | None:
    """What can be done with one person."""
    does = [("select", "Select"), (DETAILS.name, kinds.button_of(DETAILS).label)]
    does += [(kind.name, kinds.presenter_of(kind).label) for kind in row.kinds]
    options = [_option(page, row, name, label) for name, label in does[:5]]
    fit = [option for option in options if len(option["value"]) <= MOST_CHOICE]
    return {"type": "overflow", "action_id": str(ListControl.ROW), "options": fit} if fit else None


def _option(page: ListPage, row: ListRow, does: str, label: str) -> dict[str, Any]:
    return {"text": plain_text(label), "value": encode_press(page.id, case_id=row.case.id, does=does)}


def _turning(page: ListPage) -> list[Block]:
    buttons = []
    if page.page > 1:
        buttons.append(_button(ListControl.PREVIOUS, "Previous", encode_press(page.id, page=page.page - 1)))
    if page.page < page.pages:
        buttons.append(_button(ListControl.NEXT, "Next", encode_press(page.id, page=page.page + 1)))
    return _in_rows(buttons)


def _selecting(page: ListPage) -> list[Block]:
    if not page.total:
        return []
    label = "Done selecting" if page.selecting else "Select several"
    buttons = [_button(ListControl.SEVERAL, label, encode_press(page.id, on=not page.selecting))]
    if page.selected < page.total:
        everybody = f"Select all {page.total:,}" + (" that match" if str(page.filter) else "")
        buttons.append(_button(ListControl.ALL, everybody, encode_press(page.id)))
    if page.selected:
        buttons.append(_button(ListControl.CLEAR, "Clear", encode_press(page.id)))
    return _in_rows(buttons)


def _acting(page: ListPage) -> list[Block]:
    """What can be done with everybody selected."""
    if not page.selected:
        return []
    styles = {REVOKE: "primary", SHUT_OUT: "danger", DELETE: "danger"}
    buttons = [
        _button(bulk_id(kind), f"{bulk.label(kind)} ({page.selected:,})", encode_list(page.id), styles.get(kind, ""))
        for kind in page.kinds
    ]
    return [section(f"*{plural(page.selected, 'person', 'people')} selected*"), *_in_rows(buttons)]


def _read(page: ListPage) -> str:
    """Which page this is, and how much of the truth it is."""
    parts = [f"Page {page.page:,} of {page.pages:,}." if page.pages > 1 else "", _as_of(page.last_scan)]
    parts += ["A scan is running now."] if page.scanning else []
    return " ".join(part for part in parts if part)


def _as_of(last: Coverage | None) -> str:
    if last is None:
        return "No scan has ended yet."
    if tells_all(last):
        return f"As of the scan {when(last.finished_at)}."
    return f"The last scan, {when(last.finished_at)}, was incomplete: somebody may be missing. See /leavers status."


def _in_rows(buttons: Sequence[Block]) -> list[Block]:
    return [
        {"type": "actions", "elements": list(buttons[start : start + ROW_OF_BUTTONS])}
        for start in range(0, len(buttons), ROW_OF_BUTTONS)
    ]


def _button(action_id: str, label: str, value: str, style: str = "") -> Block:
    button: Block = {"type": "button", "action_id": str(action_id), "text": plain_text(label), "value": value}
    return {**button, "style": style} if style else button


def _texts(value: Any) -> int:
    """How much text these show, options of menus too."""
    if isinstance(value, dict):
        return sum(
            size(text) if name == "text" and isinstance(text, str) else _texts(text) for name, text in value.items()
        )
    return sum(map(_texts, value)) if isinstance(value, list) else 0
