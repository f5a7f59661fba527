"""Which rows have been seen: a bit for each, so that a million take an eighth of a megabyte."""


class Seen:
    """Row ids are whole numbers from 1 on, and dense."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, row: int) -> None:
        """It has been seen."""
        place, bit = divmod(row, 8)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._bits[place] |= 1 << bit

    def has(self, row: int) -> bool:
        """Whether it has."""
        place, bit = divmod(row, 8)
        return place < len(self._bits) and bool(self._bits[place] >> bit & 1)
