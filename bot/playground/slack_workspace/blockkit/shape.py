"""Small checks that combine into the description of a JSON document, with the words Slack uses to reject one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Findings:
    """What is wrong with a document: Slack's sentences, and what this simulator does not model."""

    errors: list[str] = field(default_factory=list)
    not_modelled: list[str] = field(default_factory=list)

    def add(self, pointer: str, message: str) -> None:
        self.errors.append(f"{message} [json-pointer:{pointer}]")


Check = Callable[[Any, str, Findings], None]
Rule = Callable[[dict[str, Any], str, Findings], None]


def string(maximum: int, minimum: int = 1) -> Check:
    def check(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, str):
            findings.add(pointer, "must be a string")
        elif len(value) > maximum:
            findings.add(pointer, f"must be less than {maximum + 1} characters")
        elif len(value) < minimum:
            findings.add(pointer, f"must be more than {minimum - 1} characters")

    return check


def url(maximum: int) -> Check:
    text = string(maximum)

    def check(value: Any, pointer: str, findings: Findings) -> None:
        before = len(findings.errors)
        text(value, pointer, findings)
        if len(findings.errors) > before:
            return
        try:
            parts = urlsplit(value)
        except ValueError:
            findings.add(pointer, "invalid url")
            return
        if not parts.scheme or not (parts.netloc or parts.path) or any(ch.isspace() for ch in value):
            findings.add(pointer, "invalid url")

    return check


def boolean(value: Any, pointer: str, findings: Findings) -> None:
    if not isinstance(value, bool):
        findings.add(pointer, "must be a boolean")


def integer(minimum: int, maximum: int | None = None) -> Check:
    def check(value: Any, pointer: str, findings: Findings) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            findings.add(pointer, "must be an integer")
        elif value < minimum or (maximum is not None and value > maximum):
            findings.add(pointer, f"must be between {minimum} and {maximum or 'any number'}")

    return check


def number(value: Any, pointer: str, findings: Findings) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        findings.add(pointer, "must be a number")


def one_of(*choices: str) -> Check:
    def check(value: Any, pointer: str, findings: Findings) -> None:
        if value not in choices:
            findings.add(pointer, f"value must be one of: {', '.join(choices)}")

    return check


def array(item: Check, minimum: int, maximum: int | None) -> Check:
    def check(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, list):
            findings.add(pointer, "must be an array")
            return
        if maximum is not None and len(value) > maximum:
            findings.add(pointer, f"no more than {maximum} items allowed")
        if len(value) < minimum:
            findings.add(pointer, f"no less than {minimum} items allowed")
        for index, element in enumerate(value):
            item(element, f"{pointer}/{index}", findings)

    return check


def record(
    required: Mapping[str, Check],
    optional: Mapping[str, Check] | None = None,
    rules: Sequence[Rule] = (),
) -> Check:
    """An object with these members and no others; ``rules`` check the whole once its members are valid."""
    allowed = {**required, **(optional or {})}

    def check(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, dict):
            findings.add(pointer, "must be an object")
            return
        before = len(findings.errors)
        for name in required:
            if name not in value:
                findings.add(pointer, f"missing required field: {name}")
        for name, member in value.items():
            if name not in allowed:
                findings.add(pointer, f"invalid additional property: {name}")
            else:
                allowed[name](member, f"{pointer}/{name}", findings)
        if len(findings.errors) == before:
            for rule in rules:
                rule(value, pointer, findings)

    return check


def typed(kinds: Mapping[str, Check], known_elsewhere: Sequence[str] = ()) -> Check:
    """An object whose ``type`` decides the rest; a known type in the wrong place is rejected like an unknown one."""

    def check(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, dict):
            findings.add(pointer, "must be an object")
            return
        kind = value.get("type")
        if kind is None:
            findings.add(pointer, "missing required field: type")
        elif not isinstance(kind, str) or kind not in kinds:
            where = " here" if kind in known_elsewhere else ""
            findings.add(f"{pointer}/type", f"unsupported type{where}: {kind}")
        else:
            mine = Findings()
            kinds[kind](value, pointer, mine)
            if mine.errors:
                findings.add(pointer, "failed to match all allowed schemas")
            findings.errors += mine.errors
            findings.not_modelled += mine.not_modelled

    return check


def kind(name: str) -> Check:
    return one_of(name)


def plain_text(maximum: int) -> Check:
    """A text object that must be ``plain_text``: ``mrkdwn`` is rejected where Slack shows no formatting."""
    return typed(
        {"plain_text": record({"type": kind("plain_text"), "text": string(maximum)}, {"emoji": boolean})},
        ("mrkdwn",),
    )


def any_text(maximum: int) -> Check:
    return typed(
        {
            "plain_text": record({"type": kind("plain_text"), "text": string(maximum)}, {"emoji": boolean}),
            "mrkdwn": record({"type": kind("mrkdwn"), "text": string(maximum)}, {"verbatim": boolean}),
        }
    )
