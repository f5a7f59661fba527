"""The names of a Case and of those of its fields that Ringback itself reads and sets, whatever a rule wants."""

CASE = "Case"
# What is said of a Case later is a record of its own.
COMMENT = "CaseComment"
COMMENT_BODY = "CommentBody"

SUBJECT = "Subject"
DESCRIPTION = "Description"
OWNER = "OwnerId"
# The Case that this one follows.
PARENT = "ParentId"
