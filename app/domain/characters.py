"""Characters that cannot be stored: no database takes the first, and no encoding the others."""

import re
from collections.abc import Callable
from functools import partial

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# The text with U+FFFD in their place.
storable: Callable[[str], str] = partial(UNSTORABLE.sub, "\ufffd")
