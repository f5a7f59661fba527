"""The far ends, to try and to test against over real HTTP: a Salesforce that needs no org."""
