"""
Files to facts: FEC and balance générale readers, each with an `ImportReport`.

A reader never raises on what a user gave it: what is wrong is a line of the report.
"""
