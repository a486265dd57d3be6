"""leaverbot: finds people who left but still have access in AWS IAM Identity Center, and removes it."""

__version__ = "0.1.0"
