"""The tests. What one process compiles, the workers and the programs that they start only read, whatever is the custom."""

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
