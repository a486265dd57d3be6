"""Starts the command line."""

import os
import signal
import sys


def main() -> None:
    """The console script."""
    if sys.argv[1:2] == ["run"]:
        # Importing the bot takes seconds, and whoever starts it may want to stop it in them: nothing has begun yet.
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    from bot.cli.main import main as begin  # noqa: PLC0415 - see above

    begin()


if __name__ == "__main__":
    main()
