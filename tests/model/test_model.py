"""The protocol keeps its promises in every order of steps, and the model would see if it did not."""

import pytest

from tests.model.mistakes import MISTAKES
from tests.model.rules import Rules
from tests.model.scenes import SCENES


@pytest.mark.parametrize("name", SCENES)
def test_promises_are_kept(name: str) -> None:
    """Whoever crashes, repeats, freezes or races: no promise is broken, and everything comes to an end."""
    found = SCENES[name].walk(Rules())

    assert None is found.broken, "\n".join(found.way)
    assert found.places > 1000


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_found(name: str) -> None:
    """What a planted mistake breaks is found, with the steps that lead there."""
    mistake = MISTAKES[name]
    found = mistake.scene.walk(mistake.rules)

    assert mistake.breaks == found.broken, "\n".join(found.way)
    assert found.way
