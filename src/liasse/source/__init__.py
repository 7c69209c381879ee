"""
Model folders to `Model` and back: TOML reader, formatter, linter of the written form.

French keys meet English attributes in `vocabulary` only.
"""
