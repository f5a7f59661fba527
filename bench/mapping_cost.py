"""What mapping one callback costs, in CPU time: `python -m bench.mapping_cost [CONFIG] [PAYLOAD]`."""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from app.mapping.config import load_config
from app.payload import read

CALLBACKS = 5_000
ROUNDS = 5


def main() -> None:
    """Prints the milliseconds of the fastest round, for choosing the rule and making its record."""
    arguments = [Path(argument) for argument in sys.argv[1:]]
    config_file = arguments[0] if arguments else Path("config/ringback.yaml")
    payload = arguments[1] if len(arguments) > 1 else Path("examples/v4.json")
    config = load_config(config_file, os.environ)
    callback = read(payload.read_bytes(), b"", config.sources["default"], datetime.now(UTC))
    rounds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(CALLBACKS):
            config.rule_for(callback).apply(callback)
        rounds.append((time.process_time() - begun) / CALLBACKS * 1_000)
    rule = config.rule_for(callback).name
    print(f"{config_file}, {payload}: {min(rounds):.3f} ms of CPU for one callback (rule {rule})")


if __name__ == "__main__":
    main()
