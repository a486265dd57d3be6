"""IAM users as an account stores them, with what they sign in with."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class AccessKey:
    id: str
    status: str  # Active | Inactive
    created_at: datetime
    last_used: datetime | None = None  # None: IAM knows of no use


@dataclass(slots=True)
class IamUser:
    """`sequence` is its place in lists. `password_at`: when its password was made; None without one."""

    sequence: int
    name: str
    id: str
    created_at: datetime
    tags: dict[str, str] = field(default_factory=dict)
    keys: dict[str, AccessKey] = field(default_factory=dict)
    password_at: datetime | None = None
    password_used_at: datetime | None = None
