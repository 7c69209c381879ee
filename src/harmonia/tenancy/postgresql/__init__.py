"""Django's backend of PostgreSQL, with a cheaper look at whether a connection still stands."""
