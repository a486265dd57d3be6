"""leaverbot: finds people who left but still hold access in AWS IAM Identity Center, and takes it away."""

__version__ = "0.1.0"
