"""How many places each scene of the model has: `python -m tests.model`. A broken promise ends it with the way there."""

import sys

from tests.model.rules import Rules
from tests.model.scenes import SCENES


def main() -> None:
    """Walks them all."""
    total = 0
    for name, scene in SCENES.items():
        found = scene.walk(Rules())
        if found.broken:
            sys.exit("\n".join([f"{name}: {found.broken}", *found.way]))
        total += found.places
        print(f"{found.places:8,}  {name}")  # noqa: T201 (it is what this is for)
    print(f"{total:8,}  in all")  # noqa: T201


if __name__ == "__main__":
    main()
