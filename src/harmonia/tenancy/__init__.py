"""
Who may see which rows: the scope of a request, the managers that ask for one, row-level security.

Three belts: `access_*` functions answer 404 for what is not yours; managers refuse a query when no scope is
open; PostgreSQL refuses the rest, by policies that read the scope of the transaction.
"""
