"""The tests. One process compiles; workers and the programs they start only read its result, whatever is configured."""

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
