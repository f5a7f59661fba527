"""`ringback schema`: the JSON Schema of the configuration, for editors."""

import json

import click

from app.mapping.json_schema import json_schema


@click.command()
def schema() -> None:
    """Print the JSON Schema of config/ringback.yaml, for editors that complete and check it."""
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
