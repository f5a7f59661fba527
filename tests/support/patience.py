"""How long a test waits for what must happen, on a machine that may be busy."""

# Who has waited so long waits for something that does not come.
PATIENCE = 120.0
# Who does not wait for what hangs is done by then, and who does is not.
SOON = 40.0
