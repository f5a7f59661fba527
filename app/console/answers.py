"""What holds for every answer of the console."""

from flask import Blueprint, Response

# A page is made of what Ringback serves itself. What a caller wrote can run nothing, even if it got into one.
POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "connect")),
        # The style sheet has its small pictures in it.
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    # Without it a browser would not tell us where a form was.
    "Referrer-Policy": "same-origin",
}


def guard_answers(blueprint: Blueprint) -> None:
    """Every answer of this blueprint has `HEADERS`, unless it says otherwise of itself."""

    @blueprint.after_request
    def guard(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
