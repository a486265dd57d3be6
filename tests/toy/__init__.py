"""A kind of action that only tests know: what it takes to add one. `row.py` is its row, `looks.py` how Slack shows it."""
