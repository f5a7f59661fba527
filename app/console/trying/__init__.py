"""What the page to try a mapping needs: what may be picked, what was filled in, and how values are shown."""
