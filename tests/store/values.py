"""A value as the database keeps it."""

import json
from typing import Any

from bot.store.database.columns import KeptCoverage, Value, json_text

COVERAGE = KeptCoverage


def kept(kind: Any, value: Any) -> Any:
    return json.loads(json_text(Value(kind).process_bind_param(value, None)))


def read(kind: Any, data: Any) -> Any:
    return Value(kind).process_result_value(data, None)
