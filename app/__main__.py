"""`python -m app` is the `ringback` command, for places that install no scripts (Heroku)."""

from app.cli import main

main()
