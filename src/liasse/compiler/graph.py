"""Dependencies between computed slots: cycles and a topological order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def find_cycles(graph: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """
    Return one cycle per knot of the graph, each as a closed path.

    >>> find_cycles({"A": ["B"], "B": ["A"], "C": ["A"]})
    [('A', 'B', 'A')]
    """
    state: dict[str, int] = {}
    cycles: list[tuple[str, ...]] = []
    for start in graph:
        if start in state:
            continue
        path: list[str] = [start]
        stack = [iter(graph[start])]
        state[start] = 1
        while stack:
            following = next(stack[-1], None)
            if following is None:
                stack.pop()
                state[path.pop()] = 2
            elif following not in graph or state.get(following) == 2:
                continue
            elif state.get(following) == 1:
                cycles.append((*path[path.index(following) :], following))
            else:
                state[following] = 1
                path.append(following)
                stack.append(iter(graph[following]))
    return cycles


def topological_order(graph: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """
    Return the keys so that each comes after all it depends on; stable, and the graph must have no cycle.

    >>> topological_order({"A": ["B", "x"], "B": []})
    ('B', 'A')
    """
    order: dict[str, None] = {}
    for start in graph:
        stack = [(start, iter(graph[start]))] if start not in order else []
        while stack:
            key, dependencies = stack[-1]
            following = next((item for item in dependencies if item in graph and item not in order), None)
            if following is None:
                order[key] = None
                stack.pop()
            else:
                stack.append((following, iter(graph[following])))
    return tuple(order)
