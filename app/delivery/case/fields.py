"""What the CRM calls a Case and those of its fields that delivery writes."""

# Only these can be closed and commented on.
OBJECT = "Case"
DESCRIPTION = "Description"
PARENT = "ParentId"
