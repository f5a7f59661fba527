"""The way back: Salesforce asks jtel for a callback."""
