"""
A query compiled once: the ORM builds its SQL the first time, then only the parameters change.

For the few queries of every request, whose compilation costs more than their execution.  Rows come back as
instances, those of `select_related` too; it is the very SQL of the queryset, under the same policies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from harmonia.tenancy.scope import current
from harmonia.tenancy.sql import ask

M = TypeVar("M", bound=Model)
_FIRST_MARK: Final = -918_273_645


class Prepared(Generic[M]):
    """
    A queryset of whole rows, filtered by whole numbers or texts.

    *build* gets its parameters and returns the queryset; a parameter must be compared as it is.  *scoped*
    asks that a scope be open, as the managers do.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], *kinds: type, scoped: bool = True) -> None:
        self._build, self._kinds, self._scoped = build, kinds, scoped
        self._made: tuple[str, tuple[Any, ...], Callable[[tuple[Any, ...]], M]] | None = None

    def rows(self, *values: object) -> list[M]:
        """
        Return the rows.

        Raises:
            ScopeError: no scope is open.
        """
        if self._scoped:
            current()
        sql, places, make = self._made or self._compile()
        return [make(row) for row in ask(sql, [values[place] if known else place for known, place in places])]

    def first(self, *values: object) -> M | None:
        """Return the first row, if any."""
        rows = self.rows(*values)
        return rows[0] if rows else None

    def _compile(self) -> tuple[str, tuple[Any, ...], Callable[[tuple[Any, ...]], M]]:
        marks = [kind(_FIRST_MARK - rank) for rank, kind in enumerate(self._kinds)]
        compiler = self._build(*marks).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, given = compiler.as_sql()
        places = tuple((True, marks.index(one)) if one in marks else (False, one) for one in given)
        if sum(known for known, _ in places) != len(marks):
            raise TypeError("Each parameter of a prepared query must stand once in its SQL.")
        self._made = (sql, places, _maker(compiler))
        return self._made


def _maker(compiler: Any) -> Callable[[tuple[Any, ...]], Any]:  # noqa: ANN401 - Django's compiler has no type
    """Return what makes an instance of a row, as the iterator of a queryset does."""
    select, info = compiler.select, compiler.klass_info
    if compiler.get_converters(expression for expression, _, _ in select):
        raise TypeError("A prepared query reads no column that needs a conversion.")
    fields = info["select_fields"]
    start, end = fields[0], fields[-1] + 1
    names = [column[0].target.attname for column in select[start:end]]
    populators: Any = get_related_populators
    model, related = info["model"], populators(info, select, DEFAULT_DB_ALIAS)

    def make(row: tuple[Any, ...]) -> Any:  # noqa: ANN401 - of the model of the query
        made = model.from_db(DEFAULT_DB_ALIAS, names, row[start:end])
        for populator in related:
            populator.populate(row, made)
        return made

    return make
