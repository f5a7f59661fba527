"""The last that the process imports which all others are forked from: what it has got is shared by them."""

import gc

gc.collect()
gc.freeze()
