"""Column types: times, members of an enumeration, and the core's values as JSON."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from typing import Annotated, Any, TypeVar

import sqlalchemy as sa
from pydantic import (
    BeforeValidator,
    PlainSerializer,
    PlainValidator,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    WrapSerializer,
)

from bot.core.deny.placed import AccountCover
from bot.core.errors import StoreUnreadable
from bot.core.models import Account, PermissionSet
from bot.core.scan.coverage import Coverage

T = TypeVar("T")


class Column(sa.types.TypeDecorator[T]):
    """A value stored in another form. Reading raises StoreUnreadable if that form gives no value."""

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], T | None]:
        read = super().result_processor(dialect, coltype)
        assert read

        def value_of(kept: Any) -> T | None:
            try:
                return read(kept)
            except (ValueError, LookupError, TypeError) as error:
                raise StoreUnreadable from error

        return value_of


class Moment(Column[datetime]):
    """An aware time, stored as UTC text of fixed width, so that it sorts and reads the same in every database."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return value.astimezone(UTC).isoformat(timespec="microseconds") if value else None

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return datetime.fromisoformat(value) if value else None


class Named(Column[Any]):
    """Something from the core that is stored by its name; `find`, an enumeration for example, looks it up again."""

    impl = sa.String(16)
    cache_ok = True

    def __init__(self, find: Callable[[str], Any]) -> None:
        super().__init__()
        self.find = find

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return str(value) if value else None

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        return self.find(value) if value else None


class Value(Column[Any]):
    """A value of this type, stored as JSON. None is stored as JSON's null, or as SQL's with `none_as_null`."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, kind: Any, *, none_as_null: bool = False) -> None:
        super().__init__(none_as_null=none_as_null)
        self.kind = kind
        self.none_as_null = none_as_null

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else _adapter(self.kind).dump_python(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else _adapter(self.kind).validate_python(value)


# Made when first needed: all of them together take a tenth of a second.
@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


# How an engine writes JSON.
json_text = partial(json.dumps, default=datetime.isoformat)


def document(kind: Any, value: Any) -> str:
    """A value of this type as JSON text."""
    return json_text(_adapter(kind).dump_python(value))


def of_document(kind: Any, text: str) -> Any:
    """The value. Raises ValueError if the text gives none."""
    return _adapter(kind).validate_json(text)


def _cover_of(data: dict[str, Any]) -> AccountCover:
    return AccountCover(Account(data["id"], data["name"], data["status"]), data["covered"], data["why"])


def _cover_data(cover: AccountCover) -> dict[str, Any]:
    account = cover.account
    return {
        "id": account.id,
        "name": account.name,
        "status": account.status,
        "covered": cover.covered,
        "why": cover.why,
    }


def _coverage_data(coverage: Coverage, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
    problems = [
        {"what": problem.what, "why": problem.why, **({"kind": problem.kind} if problem.whole else {})}
        for problem in coverage.problems
    ]
    return {**whole(coverage), "calls": dict(coverage.calls or {}), "problems": problems}


def _coverage_of(data: dict[str, Any]) -> dict[str, Any]:
    """Fields that are not stored as they are. Early scans say only through a problem that the list of users was not
    read to its end; a stored problem has a kind only when nothing of that kind could be read.
    """
    broken = any(problem["what"].endswith("of the user list and all after it") for problem in data["problems"])
    problems = [{**problem, "whole": "kind" in problem} for problem in data["problems"]]
    return {"user_list_complete": not broken, **data, "problems": problems}


# These are stored only in part, or in another shape.
KeptCover = Annotated[AccountCover, PlainValidator(_cover_of), PlainSerializer(_cover_data)]
KeptCoverage = Annotated[Coverage, BeforeValidator(_coverage_of), WrapSerializer(_coverage_data)]
NamedSet = Annotated[PermissionSet, PlainSerializer(lambda named: {"arn": named.arn, "name": named.name})]
