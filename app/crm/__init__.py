"""The CRM: what delivery asks of it (`port`), and Salesforce, which does it."""
