"""Who is calling: which role, under which session name."""

from dataclasses import dataclass

from bot.playground.identity_center.state.estate import Estate


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """A role that somebody uses."""

    account_id: str
    permission_set_name: str
    role_arn: str
    role_id: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling on behalf of an account."""

    role: AssumedRole
    session_name: str

    def arn(self, partition: str) -> str:
        """The session's ARN as STS reports it: the role without its path."""
        role = self.role.role_arn.rpartition("/")[2]
        return f"arn:{partition}:sts::{self.role.account_id}:assumed-role/{role}/{self.session_name}"

    @property
    def user_id(self) -> str:
        return f"{self.role.role_id}:{self.session_name}"


def caller_of(org: Estate, account_id: str) -> Caller:
    """The session that acts as this account, or leaverbot's own role."""
    session = org.callers.get(account_id)
    if session is not None:
        target = AssumedRole(account_id, session.permission_set_name, session.role_arn, session.role_id)
        return Caller(target, session.session_name)
    role = f"arn:{org.partition}:iam::{account_id}:role/leaverbot"
    return Caller(AssumedRole(account_id, "", role, "AROAEXAMPLE0123456789"), "session")
