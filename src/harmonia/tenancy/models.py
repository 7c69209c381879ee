"""The managers that refuse a query without a scope."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

from harmonia.tenancy.scope import current

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class ScopedManager(models.Manager[M_co]):
    """A manager whose every query needs an open scope; what the scope may see is the database's to say."""

    def get_queryset(self) -> models.QuerySet[M_co, M_co]:
        """
        Return the rows that the scope may see.

        Raises:
            ScopeError: no scope is open.
        """
        current()
        return super().get_queryset()


class ScopedModel(models.Model):
    """Rows that belong to an organisation."""

    objects = ScopedManager[Any]()

    class Meta:
        """Abstract; relations go through the scoped manager too."""

        abstract = True
        base_manager_name = "objects"
