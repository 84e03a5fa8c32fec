"""A place that a lower floor leaves open and `wiring` fills at start."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Seam(Generic[T]):
    """Holds one value, bound once at start (tests may bind another and put the first back)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._value: T | None = None

    def bind(self, value: T) -> T | None:
        """Binds `value` and gives back what was bound before."""
        before, self._value = self._value, value
        return before

    def get(self) -> T:
        if self._value is None:
            raise RuntimeError(f"Nothing is bound to {self.name}: see conmuta.wiring.bindings.")
        return self._value
