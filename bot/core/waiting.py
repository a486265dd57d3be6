"""What leaverbot waits for."""

from enum import StrEnum


class Trouble(StrEnum):
    """What stands between leaverbot and an answer of AWS for a while."""

    SILENT = "silent"  # no connection, no answer, or one that broke off
    THROTTLED = "throttled"  # AWS wants fewer requests
    BROKEN = "broken"  # AWS answered with an internal error, or contradicts itself
    STRANGER = "stranger"  # something else answered: a proxy's page, say
    CREDENTIALS = "credentials"  # AWS credentials could not be fetched
    BUSY = "busy"  # AWS is still carrying out an earlier change
