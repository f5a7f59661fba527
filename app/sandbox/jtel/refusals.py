"""What jtel's REST API refuses a call with."""


class RefusedCallError(Exception):
    """An HTTP status, and the words of the error body. Without words the body is empty."""

    def __init__(self, status: int, error: str = "") -> None:
        super().__init__(error)
        self.status = status
        self.error = error


def missing(name: str) -> RefusedCallError:
    return RefusedCallError(400, f"Required parameter missing: {name}")


def not_found(what: str) -> RefusedCallError:
    return RefusedCallError(404, f"{what} not found")
