"""What a process remembers of what it computed: bounded, shared by its threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory(Generic[K, V]):
    """
    At most *most* things under their names; beyond, the one that served longest ago is forgotten.

    >>> memory: Memory[str, int] = Memory(2)
    >>> for name in "ab":
    ...     memory.keep(name, ord(name))
    >>> memory.get("a"), memory.keep("c", 99), memory.get("b"), len(memory)
    (97, None, None, 2)
    """

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._held: OrderedDict[K, V] = OrderedDict()

    def get(self, name: K) -> V | None:
        """Return what is remembered; None when nothing is."""
        with self._lock:
            if name in self._held:
                self._held.move_to_end(name)
            return self._held.get(name)

    def keep(self, name: K, made: V, over: Callable[[V], bool] | None = None) -> None:
        """Remember; *over* tells whether what is known already may give way."""
        with self._lock:
            known = self._held.get(name)
            if known is None or over is None or over(known):
                self._held[name] = made
            self._held.move_to_end(name)
            while len(self._held) > self._most:
                self._held.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()

    def __len__(self) -> int:
        return len(self._held)
