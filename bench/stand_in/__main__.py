"""`python -m bench.stand_in --port 9000`."""

import argparse
import asyncio
import gc
from contextlib import suppress

from bench.stand_in.server import serve

parser = argparse.ArgumentParser(prog="python -m bench.stand_in")
parser.add_argument("--port", type=int, required=True)
# A collection would be seen in the slowest answers.
gc.freeze()
gc.set_threshold(100_000)
with suppress(KeyboardInterrupt):
    asyncio.run(serve(parser.parse_args().port))
