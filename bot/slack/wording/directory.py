"""Sentences about the company directory that manages the users."""

from bot.core.directory.outlook import DirectoryKind, Outlook
from bot.slack.wording.text import day

_AFTER_DELETE = "after Delete user it comes back with a new AWS id and no access."
_UNASSIGNED = "If the app was unassigned first, it never will."
_SENTENCES = {
    DirectoryKind.OKTA: "Okta never sends a deletion: the user stays disabled in AWS until somebody deletes it.",
    DirectoryKind.GOOGLE: "Google Workspace has a setting each for suspended and for deleted accounts, and acts on "
    "them within a day or up to 30 days later. Whether it ever sends a deletion is not known.",
    DirectoryKind.AD: "Whether Active Directory ever has this user deleted in AWS is not known.",
    None: "Some directories send a deletion later, others never do. Which one this is, leaverbot does not know: see "
    "LEAVERBOT_DIRECTORY.",
}


def next_step(outlook: Outlook) -> str:
    """What the directory does next with a disabled user, and what Delete user means for that."""
    if outlook.kind is not DirectoryKind.ENTRA:
        return f"{_SENTENCES[outlook.kind]} The directory may restore this account at any time; {_AFTER_DELETE}"
    if outlook.deletion_at is None:
        deletion = f"If the account was deleted in Entra, Entra sends the deletion 30 days after that. {_UNASSIGNED}"
    elif outlook.past:
        return (
            "If the account was deleted in Entra when it was disabled here, Entra should have sent the deletion about "
            f"{day(outlook.deletion_at)}, and AWS still has the user. Perhaps it was deleted later. {_UNASSIGNED} The "
            f"directory may still restore this account; {_AFTER_DELETE}"
        )
    else:
        deletion = (
            "If the account was deleted in Entra, Entra sends the deletion 30 days later, about "
            f"{day(outlook.deletion_at)}. {_UNASSIGNED}"
        )
    return f"{deletion} Until then the directory may restore this account; {_AFTER_DELETE}"
