"""The pictures of the documents, of a trial that is played for them: `make pictures`."""
