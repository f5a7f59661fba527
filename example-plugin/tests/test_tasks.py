"""The mapper `task`, through the rules of `rules.yaml`: no Ringback has to run for it."""

import json
from datetime import date
from pathlib import Path

import pytest
from ringback_tasks import working_day

from app.testing import mapped

HERE = Path(__file__).parent
CHRISTMAS = {date(2026, 12, 25)}


@pytest.mark.parametrize("sent", sorted(HERE.glob("fixtures/*/*.in.json")), ids=lambda path: path.name)
def test_maps_as_written(sent):
    """A payload becomes the record that is written beside it."""
    wanted = sent.with_name(sent.name.replace(".in.", ".out."))

    assert json.loads(wanted.read_text()) == mapped(HERE / "rules.yaml", sent)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 16), 1, date(2026, 11, 17)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 0, date(2026, 11, 23)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
    ],
)
def test_is_due_on_a_working_day(start, days, due):
    """Saturdays, Sundays and holidays are left out."""
    assert due == working_day(start, days, CHRISTMAS)
