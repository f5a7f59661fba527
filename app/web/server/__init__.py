"""gunicorn, made fit for strangers: what they send slowly, endlessly or not at all holds no thread and no memory."""
