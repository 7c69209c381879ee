"""
What proves, in ten years, that a filing is the one that was transmitted: canonical JSON, digests, seals.

`canonique` writes data in the one form that is hashed and signed; `cles` signs and checks; `instantane` is
what was transmitted, `accuse` the receipt that a portal signs; `provisoire` is what was not transmitted yet.
Nothing here reads a model: a seal is checked by who has the file alone.  See `docs/formats.md`.
"""
