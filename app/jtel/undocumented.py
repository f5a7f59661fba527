"""What the client needs and jtel's documentation does not say: each guess stands here once, and in docs/jtel-api.md."""

# The documentation of the call has lost the field's name. The object "AcdEvent Create Advanced" calls it so.
PRIORITY = "Priority"
# It says that the value of `setValue` stands "in the URL"; if that is not the query, it is the end of the path.
VALUE_IN_QUERY = True
# A clone and a deletion are documented without their answers: what is needed of them is the status alone.
ANSWERS_OF_CLONE_AND_DELETE = (200, 201, 204)
# Of the status of events only the names are documented: 98 ChatClosed, 99 Done, 100 Error.
FINAL_STATUS = frozenset({98, 99, 100})
