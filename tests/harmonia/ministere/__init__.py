"""The tests of the ministry's door; run with `PORTAIL=ministere`, see `make test`."""
