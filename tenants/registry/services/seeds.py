"""Seed functions that fill the template: what every new hospital starts with. Registered by the apps above, at start."""

import hashlib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

Seed = Callable[[], None]


@dataclass(frozen=True)
class _Registered:
    fn: Seed
    files: tuple[Path, ...]

    @property
    def name(self) -> str:
        return f"{self.fn.__module__}.{self.fn.__qualname__}"

    def digest(self) -> str:
        """Changes with the module that holds the function and with its data files, so that the template is made anew."""
        source = inspect.getsourcefile(self.fn)
        paths = [*([Path(source)] if source else []), *self.files]
        return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


_seeds: dict[str, _Registered] = {}


def register_seed(fn: Seed, *, files: Iterable[Path] = ()) -> Seed:
    """Run `fn()` when the template is built, in the order of registration; `files` are the data that it reads."""
    seed = _Registered(fn, tuple(files))
    _seeds[seed.name] = seed
    return fn


def unregister_seed(fn: Seed) -> None:
    _seeds.pop(f"{fn.__module__}.{fn.__qualname__}", None)


def registered_seeds() -> list[_Registered]:
    return list(_seeds.values())
