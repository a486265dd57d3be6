"""Checks requests and answers against botocore's service models, compiled once per shape.

botocore's validator checks only types and required members, and only in the client. AWS also checks patterns, lengths,
ranges and enumerations, so this does too.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
Check = Callable[[Any, str], Iterator["Violation"]]

# What AWS's message says for each kind of violation ("1 validation error detected: Value … failed to satisfy
# constraint: …").
_PROPERTY_CLASS = re.compile(r"\[((?:\\p\{[A-Z]\})+)((?:[^\]\\]|\\.)*)\]([*+])")


class Violation:
    """One violated constraint and its kind (the Organizations service reports the kind)."""

    def __init__(self, path: str, kind: str, constraint: str) -> None:
        self.path = path
        self.kind = kind
        self.constraint = constraint

    def __str__(self) -> str:
        return f"Value at '{self.path}' failed to satisfy constraint: {self.constraint}"


def matcher(pattern: str) -> Callable[[str], bool]:
    r"""Whether a whole text matches an AWS pattern. Python's `re` lacks `\p{…}`; classes are matched by category."""
    found = _PROPERTY_CLASS.fullmatch(pattern.removeprefix("^(").removesuffix(")$"))
    if found:
        categories = frozenset(re.findall(r"\\p\{([A-Z])\}", found[1]))
        extra = re.compile(f"[{found[2]}]") if found[2] else None
        may_be_empty = found[3] == "*"
        shortcut = categories >= set("LSNP")  # every printable ASCII character but the space is one of these

        def by_category(text: str) -> bool:
            if not text:
                return may_be_empty
            if shortcut and text.isascii() and text.isprintable() and " " not in text:
                return True
            return all(
                unicodedata.category(letter)[0] in categories or bool(extra and extra.fullmatch(letter))
                for letter in text
            )

        return by_category
    # Organizations' patterns contain only the partition "aws", although the service works in all of them.
    usable = pattern.replace(r"\p{L}", r"[^\W\d_]").replace("arn:aws:", "arn:aws(?:-[a-z]+)*:")
    compiled = re.compile(usable)
    return lambda text: compiled.fullmatch(text) is not None


def _string(shape: Shape) -> Check:
    metadata = shape.metadata
    least, most, pattern, enum = (metadata.get(key) for key in ("min", "max", "pattern", "enum"))
    fits = matcher(pattern) if pattern else None
    allowed = frozenset(enum) if enum else None

    @lru_cache(maxsize=16_384)
    def problem(text: str) -> tuple[str, str] | None:
        if allowed is not None and text not in allowed:
            return "INVALID_ENUM", f"Member must satisfy enum value set: {sorted(allowed)}"
        if least is not None and len(text) < least:
            return "MIN_LENGTH_EXCEEDED", f"Member must have length greater than or equal to {least}"
        if most is not None and len(text) > most:
            return "MAX_LENGTH_EXCEEDED", f"Member must have length less than or equal to {most}"
        if fits is not None and not fits(text):
            return "INVALID_PATTERN", f"Member must satisfy regular expression pattern: {pattern}"
        return None

    def check(value: Any, path: str) -> Iterator[Violation]:
        if not isinstance(value, str):
            yield Violation(path, "TYPE", "Member must be a string")
            return
        found = problem(value)
        if found:
            yield Violation(path, *found)

    return check


def _number(shape: Shape) -> Check:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    whole = shape.type_name in {"integer", "long"}

    def check(value: Any, path: str) -> Iterator[Violation]:
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            yield Violation(path, "TYPE", "Member must be a number")
        elif least is not None and value < least:
            yield Violation(path, "MIN_VALUE_EXCEEDED", f"Member must have value greater than or equal to {least}")
        elif most is not None and value > most:
            yield Violation(path, "MAX_VALUE_EXCEEDED", f"Member must have value less than or equal to {most}")

    return check


def _written_moment(value: Any, path: str) -> Iterator[Violation]:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        yield Violation(path, "TYPE", "Member must be a timestamp of ISO 8601")


def _structure(shape: StructureShape) -> Check:
    if getattr(shape, "is_document_type", False):
        return _anything
    members = {name: compile_shape(member) for name, member in shape.members.items()}
    required = list(shape.required_members)
    union = bool(getattr(shape, "is_tagged_union", False))

    def check(value: Any, path: str) -> Iterator[Violation]:
        if not isinstance(value, dict):
            yield Violation(path, "TYPE", "Member must be a structure")
            return
        for name in required:
            if value.get(name) is None:
                yield Violation(f"{path}.{name}".lstrip("."), "INPUT_REQUIRED", "Member must not be null")
        if union and len(value) != 1:
            yield Violation(path, "INVALID_PATTERN", "Exactly one member of the union must be set")
        for name, member in value.items():
            known = members.get(name)
            if known is None:
                yield Violation(f"{path}.{name}".lstrip("."), "UNKNOWN", f"'{name}' is not a member of {shape.name}")
            elif member is None:
                yield Violation(f"{path}.{name}".lstrip("."), "TYPE", "Member must not be null when it is sent")
            else:
                yield from known(member, f"{path}.{name}".lstrip("."))

    return check


def _list(shape: ListShape) -> Check:
    member = compile_shape(shape.member)
    least, most = shape.metadata.get("min"), shape.metadata.get("max")

    def check(value: Any, path: str) -> Iterator[Violation]:
        if not isinstance(value, list):
            yield Violation(path, "TYPE", "Member must be a list")
            return
        if (least is not None and len(value) < least) or (most is not None and len(value) > most):
            yield Violation(path, "INVALID_LIST_MEMBER", f"Member must have between {least} and {most} items")
        for index, item in enumerate(value):
            yield from member(item, f"{path}.{index + 1}.member")

    return check


def _map(shape: MapShape) -> Check:
    key_check, value_check = compile_shape(shape.key), compile_shape(shape.value)

    def check(value: Any, path: str) -> Iterator[Violation]:
        if not isinstance(value, dict):
            yield Violation(path, "TYPE", "Member must be a map")
            return
        for key, item in value.items():
            yield from key_check(key, f"{path}.key")
            yield from value_check(item, f"{path}.{key}")

    return check


def _boolean(value: Any, path: str) -> Iterator[Violation]:
    if not isinstance(value, bool):
        yield Violation(path, "TYPE", "Member must be a boolean")


def _anything(_value: Any, _path: str) -> Iterator[Violation]:
    return iter(())


def compile_shape(shape: Shape) -> Check:
    """A function that yields every violation of `shape` in a value."""
    if isinstance(shape, StructureShape):
        return _structure(shape)
    if isinstance(shape, ListShape):
        return _list(shape)
    if isinstance(shape, MapShape):
        return _map(shape)
    if shape.type_name == "boolean":
        return _boolean
    if shape.type_name == "timestamp" and shape.serialization.get("timestampFormat") == "iso8601":
        return _written_moment
    if shape.type_name in {"integer", "long", "float", "double", "timestamp"}:
        return _number(shape)  # awsJson1.1: a timestamp is a number of seconds
    return _string(shape)
