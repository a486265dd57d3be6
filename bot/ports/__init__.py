"""What the inside needs from outside. One contract a port, failures included; tests run one suite over each."""

from bot.ports.aws import Access, Assignment, Counting, Deny, DenyPolicy, Directory, Instance, Job
from bot.ports.chat import Asker, Chat, Posted
from bot.ports.store import (
    MessageKind,
    NewAction,
    Result,
    Store,
    StoredAction,
    StoredCase,
    StoredDeny,
    StoredDialog,
    StoredOperation,
    StoredScan,
    Waiting,
)
from bot.ports.work import Clock, Work

__all__ = [
    "Access",
    "Asker",
    "Assignment",
    "Chat",
    "Clock",
    "Counting",
    "Deny",
    "DenyPolicy",
    "Directory",
    "Instance",
    "Job",
    "MessageKind",
    "NewAction",
    "Posted",
    "Result",
    "Store",
    "StoredAction",
    "StoredCase",
    "StoredDeny",
    "StoredDialog",
    "StoredOperation",
    "StoredScan",
    "Waiting",
    "Work",
]
