"""Answers of the simulated services, in the forms that Microsoft documents."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(document), {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


class GraphError(Exception):
    """Graph's error: learn.microsoft.com, "Microsoft Graph error responses and resource types"."""

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.retry_after = status, code, message, retry_after

    def answer(self, at: datetime) -> Answer:
        inner = {"date": f"{at:%Y-%m-%dT%H:%M:%S}", "request-id": str(uuid.uuid4()), "client-request-id": ""}
        document = {"error": {"code": self.code, "message": self.message, "innerError": inner}}
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return json_answer(document, self.status, headers)


class LoginError(Exception):
    """The token endpoint's error: learn.microsoft.com, "Microsoft Entra authentication and authorization error codes".

    `number` is the one after AADSTS.
    """

    def __init__(self, status: int, error: str, number: int, message: str) -> None:
        super().__init__(message)
        self.status, self.error, self.number, self.message = status, error, number, message

    def answer(self, at: datetime) -> Answer:
        trace, correlation, stamp = uuid.uuid4(), uuid.uuid4(), f"{at:%Y-%m-%d %H:%M:%SZ}"
        told = f"AADSTS{self.number}: {self.message}"
        document = {
            "error": self.error,
            "error_description": f"{told} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}",
            "error_codes": [self.number],
            "timestamp": stamp,
            "trace_id": str(trace),
            "correlation_id": str(correlation),
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }
        return json_answer(document, self.status)
