"""How many examples show a property that takes long for each of them."""

import os

# `make fuzz` tries more.
EXAMPLES = int(os.environ.get("RINGBACK_TEST_EXAMPLES", "60"))
