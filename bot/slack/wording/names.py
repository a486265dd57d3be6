"""Users, accounts and groups by name, the same everywhere."""

from bot.core.models import User
from bot.slack.wording.text import clean, code, link, name

PROTECTED = "Protected: leaverbot shows this user and never changes anything."
SCIM = "Synced from your directory: remove group memberships there too, or they come back."


def user_label(user: User, limit: int = 80) -> str:
    """The best name there is, as mrkdwn."""
    return name(best_name(user), limit)


def linked(user: User, alert: str, limit: int = 60) -> str:
    """The name as a link to the message of the user's case; in bold where there is none."""
    label = user_label(user, limit)
    shown = link(alert, label)
    return f"*{label}*" if shown == label else shown


def best_name(user: User) -> str:
    """The best name there is, unescaped; "" when every one of them is empty."""
    return next((text for text in (user.display_name, user.user_name, user.email, user.id) if clean(text)), "")


def identity(user: User, limit: int = 80) -> str:
    """User name and e-mail, and the id of somebody without a user name."""
    names = [user.user_name] if clean(user.user_name) else []
    if clean(user.email) and clean(user.email) != clean(user.user_name):
        names.append(user.email)
    shown = [name(text, limit) for text in names]
    return " · ".join(shown if clean(user.user_name) else [*shown, f"user id {code(user.id)}"])


def identity_linked(user: User, alert: str) -> str:
    """The same, and a link to the message of the user's case; "" for no link."""
    return " · ".join(part for part in (identity(user), link(alert, "alert") if alert else "") if part)


def short_identity(user: User, limit: int = 80) -> str:
    """What stands beside the best name: the e-mail alone where it begins with the user name, else as `identity`; "" for
    somebody of whom the id is all there is.
    """
    user_name, email = clean(user.user_name).casefold(), clean(user.email)
    if user_name and email.casefold().partition("@")[0] == user_name:
        return name(email, limit)
    return identity(user, limit) if best_name(user) != user.id else ""


def name_or_id(named: str | None, known_id: str | None, limit: int = 60) -> str:
    """An account or a group: by its name, by its id where it has none that shows."""
    return name(named, limit) if clean(named or "") else code(known_id or "", limit)
