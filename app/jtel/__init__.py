"""The client of jtel's REST API. It knows nothing of Ringback but the tree of its errors."""
