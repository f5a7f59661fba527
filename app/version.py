"""Which Ringback this is."""

import importlib.metadata


def version() -> str:
    """The version, as of the package that is installed."""
    try:
        return importlib.metadata.version("ringback")
    except importlib.metadata.PackageNotFoundError:  # run from a folder that is not installed, as in a container
        return "(not installed)"
