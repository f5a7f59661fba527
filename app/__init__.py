"""Ringback: a jtel callback request becomes exactly one Case in Salesforce."""
