"""Registries of values, filled once at start by `core.discovery` and frozen after it."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class Registry(Generic[T]):
    """Values by name. A second value of one name, or any value after the start, is refused."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._values: dict[str, T] = {}
        self._frozen = False

    def add(self, value: T) -> None:
        if self._frozen:
            raise RuntimeError(f"{self.what} {value.name} declared after the start")
        if self._values.get(value.name, value) != value:
            raise RuntimeError(f"{self.what} {value.name} declared twice")
        self._values[value.name] = value

    def freeze(self) -> None:
        self._frozen = True

    def find(self, name: str) -> T | None:
        return self._values.get(name)

    def __getitem__(self, name: str) -> T:
        return self._values[name]

    def __iter__(self) -> Iterator[T]:
        return iter(self._values.values())

    def __len__(self) -> int:
        return len(self._values)
