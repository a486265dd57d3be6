"""Every error leaverbot raises on purpose.

    LeaverbotError
    ├── SettingsError            a setting is missing or wrong; nothing has run yet
    ├── AwsError                 AWS said no, or could not be asked
    │   ├── AwsUnavailable       throttled, timed out or broken past the deadline; it passes: try again later
    │   ├── AwsDenied            the bot's own AWS identity may not do this
    │   ├── AwsCredentials       no, wrong or expired AWS credentials
    │   ├── AwsNotFound          the thing named does not exist, or no longer exists
    │   ├── AwsConflict          somebody changed it first
    │   │   └── AwsBusy          AWS is still busy with an earlier change to it; it passes
    │   ├── AwsRejected          AWS does not accept the request as it is
    │   └── DryRunRefused        LEAVERBOT_DRY_RUN is on: the AWS edge changes nothing
    ├── DenyError                an emergency deny cannot be placed or lifted safely
    │   ├── SetUpRefused         the policy for denies cannot be set up as asked
    │   ├── DenyDocumentInvalid  the document would not be safe to write, or cannot be read
    │   └── DenyDocumentFull     no room for one more user
    ├── ChatError                Slack said no, or could not be asked
    │   ├── ChatUnavailable      Slack is down or slow: try again later
    │   │   └── ChatLimited      Slack limits how often this may be called: wait at least `wait` seconds
    │   ├── ChatMessageGone      the message to edit was deleted
    │   └── ChatDialogGone       the dialog was closed, or Slack's 3 seconds to open it are over
    ├── StoreError               the database refuses, or cannot be used
    │   ├── StoreUnavailable     the database did not answer: try again later
    │   ├── StoreUnreadable      a row holds something this version cannot read
    │   ├── LockLost             this process no longer holds the database lock, so it must not change anything
    │   ├── NeverRan             leaverbot has not run with this database yet
    │   ├── SchemaOlder          an older leaverbot made the tables
    │   └── AlreadyUnderWay      the same kind of action is unfinished for this user (unique in the database)
    └── NotFound                 no such user, case, action or dialog here

The text of an error is one or two sentences that can be shown to a person: what happened, what to do next.
It never holds a token or a raw answer.
"""

import uuid

from bot.core.waiting import Trouble


class LeaverbotError(Exception):
    """Base of all; its text may be shown to people."""


class SettingsError(LeaverbotError):
    """One or more settings are missing or wrong; `problems` has a sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class AwsError(LeaverbotError):
    """AWS said no, or could not be asked.

    `operation` is "<boto3 service name>.<Operation>", `code` AWS's error code or "". `trouble` is set when it passes:
    the same call may work in a while without anybody changing anything, so a patient caller waits. Every other error is
    an answer.
    """

    trouble: Trouble | None = None

    def __init__(self, message: str, *, operation: str = "", code: str = "") -> None:
        super().__init__(message)
        self.operation = operation
        self.code = code

    @property
    def passes(self) -> bool:
        return self.trouble is not None


class AwsUnavailable(AwsError):
    """Throttled, timed out or broken past the deadline."""

    def __init__(self, message: str, *, operation: str = "", code: str = "", trouble: Trouble = Trouble.BROKEN) -> None:
        super().__init__(message, operation=operation, code=code)
        self.trouble = trouble


class AwsDenied(AwsError):
    """The bot's AWS identity may not do this."""


class AwsCredentials(AwsError):
    """No, wrong or expired AWS credentials."""


class AwsNotFound(AwsError):
    """The thing named does not exist, or no longer exists."""


class AwsConflict(AwsError):
    """Changed by somebody else first."""


class AwsBusy(AwsConflict):
    """AWS did nothing because it is busy with an earlier change to the same thing."""

    trouble = Trouble.BUSY


class AwsRejected(AwsError):
    """AWS does not accept the request as it is."""


class DryRunRefused(AwsError):
    """LEAVERBOT_DRY_RUN is on; nothing was sent."""


class DenyError(LeaverbotError):
    """An emergency deny cannot be placed or lifted safely; nothing was written."""


class SetUpRefused(DenyError):
    """The policy for denies cannot be set up as asked: `why` is the set-up's `Refusal`, `facts` are its details."""

    def __init__(self, why: str, **facts: object) -> None:
        super().__init__(f"{why}: {facts}")
        self.why, self.facts = why, facts


class DenyDocumentInvalid(DenyError):
    """The policy document cannot be read, or would not be safe to write."""


class DenyDocumentFull(DenyError):
    """The policy document has no room for one more user."""


class ChatError(LeaverbotError):
    """Slack said no, or could not be asked. `code` is Slack's error code or ""."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class ChatUnavailable(ChatError):
    """Slack is down, slow or rate limiting; it may work later."""


class ChatLimited(ChatUnavailable):
    """Slack takes no more of this for `wait` seconds, and did nothing. Other methods and channels are not affected."""

    def __init__(self, message: str, *, wait: float, code: str = "ratelimited") -> None:
        super().__init__(message, code=code)
        self.wait = wait


class ChatMessageGone(ChatError):
    """The message to edit was deleted."""


class ChatDialogGone(ChatError):
    """The dialog was closed, or Slack's 3 seconds to open it are over."""


class StoreError(LeaverbotError):
    """The database refuses, or cannot be used."""


class StoreUnavailable(StoreError):
    """The database did not answer in time, or not at all; it may work later."""

    def __init__(self, message: str = "The database did not answer; nothing was stored.") -> None:
        super().__init__(message)


class StoreUnreadable(StoreError):
    """A row holds something this version cannot read; other rows are not affected."""

    def __init__(self) -> None:
        super().__init__(
            "The database contains something that this version of leaverbot cannot read. A newer version may have "
            "written it: start the newer version again."
        )


class LockLost(StoreError):
    """The process does not hold the database lock, or no longer does, so another one may be at work."""


class NeverRan(StoreError):
    """There is no database yet, or none of leaverbot's tables in it."""

    def __init__(self) -> None:
        super().__init__(
            "leaverbot has not run here yet: the database in LEAVERBOT_DATABASE_URL is missing or empty. "
            "Start `leaverbot run` or `leaverbot once`; `leaverbot scan` needs no database."
        )


class SchemaOlder(StoreError):
    """An older leaverbot made the tables, and only the process with the lock brings them up to date."""


class AlreadyUnderWay(StoreError):
    """The same kind of action is unfinished for this user; `action_id` is the earlier one."""

    def __init__(self, message: str, action_id: str) -> None:
        super().__init__(message)
        self.action_id = action_id


class NotFound(LeaverbotError):
    """No such user, case, action or dialog."""


def new_reference() -> str:
    """A short id for an unforeseen error: a person can read it out, and the log has it too."""
    text = uuid.uuid4().hex[:6].upper()
    return f"{text[:4]}-{text[4:]}"
