"""What a process remembers: bounded, the least used forgotten first, whole whatever its threads do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from harmonia.tenancy.memory import Memory


def test_what_served_longest_ago_is_forgotten_first() -> None:
    """Reading counts as serving."""
    memory: Memory[int, str] = Memory(3)
    for number in range(3):
        memory.keep(number, str(number))
    assert "0" == memory.get(0)
    memory.keep(3, "3")
    assert ["0", None, "2", "3"] == [memory.get(number) for number in range(4)]


def test_what_is_newer_does_not_give_way() -> None:
    """Who keeps says over what."""
    memory: Memory[str, int] = Memory(3)
    for made in (5, 4, 6):
        memory.keep("cursor", made, over=made.__ge__)
        assert memory.get("cursor") == max(5, made)


def test_threads_share_it() -> None:
    """Never more than its bound, and what is read is what was kept under that name."""
    memory: Memory[int, int] = Memory(10)

    def work(seed: int) -> bool:
        for turn in range(2_000):
            name = (seed * 7 + turn) % 30
            memory.keep(name, name * name)
            if memory.get(name) not in {None, name * name} or len(memory) > 10:
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))


def test_it_forgets_when_it_is_asked() -> None:
    """Everything at once."""
    memory: Memory[str, int] = Memory(2)
    memory.keep("a", 1)
    memory.clear()
    assert (None, 0) == (memory.get("a"), len(memory))
