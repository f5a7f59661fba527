"""SOQL and SOSL: the grammar, what it parses to, and how that is carried out."""
