"""The one way of a record to the CRM."""
