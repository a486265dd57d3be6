"""What a scan read and what it did not, in words; and whether "nobody can get in" may be said."""

from bot.core.access.person_read import Problem, alike
from bot.core.models import GrantKind
from bot.core.scan.coverage import Coverage, ScanStatus
from bot.core.scan.wording import KIND_NAMES, for_people, way_read
from bot.slack.wording.text import clean, cut, listed, plural, say, when

MOST_NOTES = 3
_HOW_IT_ENDED = {
    ScanStatus.COMPLETE: "was complete",
    ScanStatus.PARTIAL: "was incomplete",
    ScanStatus.FAILED: "failed",
}


def tells_all(last: Coverage | None) -> bool:
    """Whether this scan shows everything that disabled users can get into."""
    return last is not None and last.status is ScanStatus.COMPLETE and last.every_kind


def all_clear(last: Coverage) -> str:
    """What may be said only after a scan that `tells_all` and found nothing."""
    at = when(last.finished_at)
    if not last.leavers:
        return f"No user is disabled: {plural(last.users_read, 'user')} read {at}."
    who = "The 1 disabled user was" if last.leavers == 1 else f"All {last.leavers:,} disabled users were"
    return f"{who} checked {at}. None can get in."


def not_all_clear(last: Coverage | None) -> str:
    """What to say instead when no case is open: that this proves nothing, and why."""
    return f"No open case, but that does not mean all clear: {_why_not(last)}"


def _why_not(last: Coverage | None) -> str:
    if last is None:
        return "no scan has ended yet."
    at = when(last.finished_at)
    if last.status is ScanStatus.FAILED:
        return f"the last scan failed {at}."
    if last.status is ScanStatus.PARTIAL:
        part = f" (not all of {_missing(last)} was read)" if not last.every_kind else ""
        return f"the last scan, {at}, was incomplete{part}."
    if not last.every_kind:
        return f"the last scan, {at}, did not read all of {_missing(last)}."
    return f"the last complete scan is from {at}, and none ended since."


def in_one_line(last: Coverage | None, complete: int, total: int, failed: int) -> str:
    """For the summary: how many scans since the last one were complete, and what the newest did not read."""
    if last is None:
        return "Scans: none has ended yet."
    if not total:
        return f"Scans: none has ended since then. {_newest(last)}"
    if complete == total and tells_all(last) and not last.unknown_status:
        return f"Scans: complete, {complete:,} of {total:,}."
    text = f"Scans: {complete:,} of {total:,} complete"
    return f"{text}, {failed:,} failed. {_newest(last)}" if failed else f"{text}. {_newest(last)}"


def _newest(last: Coverage) -> str:
    """What the newest scan did not read, and where to read on."""
    text = f"The last one, {when(last.finished_at)}, {_HOW_IT_ENDED[last.status]}"
    if not _nothing(last) and last.status is not ScanStatus.COMPLETE:
        text += f": {last.checked}"
    if tells_all(last):
        return f"{text}. {_unknown(last)}".strip()
    problems = [problem.what for problem in last.problems]
    unread = say(problems[0], 80) if problems else "" if last.every_kind else _missing(last)
    return f"{text}. {f'Not read: {unread}. ' if unread else ''}Why: `/leavers status`."


def coverage_line(last: Coverage) -> str:
    """What the newest scan read, and what it did not."""
    word = _HOW_IT_ENDED[last.status]
    read = f"{plural(last.users_read, 'user')} read, {last.checked}"
    texts = [
        f"The last scan, {when(last.finished_at)}, {word}: {'no user was read' if _nothing(last) else read}.",
        _unknown(last),
        "" if last.status is ScanStatus.FAILED else _kinds(last),
        _problems(last),
        *(f"{say(note, 300).rstrip('.')}." for note in for_people(last.notes)[:MOST_NOTES] if clean(note)),
        _orphans(last),
        _disagreements(last),
        "" if last.status is ScanStatus.COMPLETE else "No case was closed because of what could not be read.",
    ]
    return cut(" ".join(text for text in texts if text), 2500)


def _nothing(last: Coverage) -> bool:
    return last.status is ScanStatus.FAILED and not last.users_read


def _unknown(last: Coverage) -> str:
    if not last.unknown_status:
        return ""
    who = "it" if last.unknown_status == 1 else "they"
    return f"AWS gave no status for {plural(last.unknown_status, 'user')}, so {who} may be disabled, too."


def how_line(last: Coverage) -> str:
    """How each thing was read, and why; "" when that is unknown."""
    reasons = {how.why for how in last.how}
    # One reason for everything stands once, at the end.
    same = _why(reasons.pop()) if len(reasons) == 1 else ""
    parts = [say(way_read(how), 120) + ("" if same else _why(how.why)) for how in last.how]
    read = [f"How it was read: {'; '.join(parts)}{same}."] if parts else []
    read += [f"{say(note, 600).rstrip('.')}." for note in last.notes if note not in for_people(last.notes)]
    return cut(" ".join(read), 1500)


def _why(why: str) -> str:
    return f" ({say(why, 120)})" if clean(why) else ""


def _about(kind: GrantKind, last: Coverage) -> Problem | None:
    """Why nothing of this kind could be read; None when something was."""
    return next((problem for problem in last.problems if problem.whole and problem.kind is kind), None)


def _missing(last: Coverage) -> str:
    return listed([KIND_NAMES[kind] for kind in GrantKind if kind not in last.kinds_read])


def _kinds(last: Coverage) -> str:
    """The kinds of access that were not read, or not for everybody; "" when all were."""
    missing = [kind for kind in GrantKind if kind not in last.kinds_read]
    texts = []
    for kind in missing:
        problem = _about(kind, last)
        if problem:
            texts.append(f"{KIND_NAMES[kind].capitalize()}: not read. {say(problem.why, 300)}")
    others = [KIND_NAMES[kind] for kind in missing if _about(kind, last) is None]
    if others:
        texts.append(f"Not read for everybody: {listed(others)}.")
    return " ".join(texts)


def _problems(last: Coverage) -> str:
    """The first problem that is not about a whole kind, and how many others there are."""
    problems = [problem for problem in last.problems if last.status is ScanStatus.FAILED or not problem.whole]
    if not problems:
        return ""
    first, *others = alike(problems)
    more = f" And {plural(len(others), 'more kind of problem', 'more kinds of problems')}." if others else ""
    return f"Not read: {say(first.what, 200)}. {say(first.why, 300)}{more}"


def _orphans(last: Coverage) -> str:
    if not last.orphans:
        return ""
    one = last.orphans == 1
    belongs = "1 grant belongs to a deleted user" if one else f"{last.orphans:,} grants belong to deleted users"
    return f"{belongs}; nobody can use {'it' if one else 'them'}: `/leavers orphans`."


def _disagreements(last: Coverage) -> str:
    if not last.disagreements:
        return ""
    rows = plural(last.disagreements, "grant")
    return f"AWS's two answers about access through groups differ in {rows}; all of them were counted."
