"""
The portal under load: editors who save a cell every three seconds, bursts of validations and verifications.

`python -m bench.web` starts an embedded PostgreSQL, a sector of cooperatives and the web server exactly as
`make demo` does, then plays the editors from this same machine and compares the database with what was sent.
"""
