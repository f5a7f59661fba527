"""How long and how much a sender may take. docs/limits.md names them."""

# What a request line and the headers may hold together. A callback may come as a query of 64 KiB.
HEAD_BYTES = 256 * 1024
# What all heads of a process that are not whole yet may hold.
HEADS_BYTES = 16 * 1024 * 1024
# In seconds: for the head once it has begun, for the body, for taking a whole answer, and for hanging up after it.
HEAD_SECONDS = 10.0
BODY_SECONDS = 5.0
ANSWER_SECONDS = 5.0
LEAVE_SECONDS = 2.0
# In seconds: how long a connection without a request stays open while the process stops, and how often that is looked
# at: a person who stops it waits for both.
STOP_SECONDS = 0.5
STOP_LOOK_SECONDS = 0.1
# So many bytes a second are enough for a larger answer: a signed-in person may fetch a file.
ANSWER_RATE = 64 * 1024
# What is read and thrown away of a body that nobody asked for, so that its sender gets to read the answer.
LEAVE_BYTES = 1024 * 1024
READ_BYTES = 64 * 1024
# So much of its answers the kernel holds for one who does not read. All that a stranger may fetch is smaller.
SEND_BYTES = 64 * 1024
# So many requests at a time are served of those who do not wait for their answers; all others go first.
HASTY = 4
