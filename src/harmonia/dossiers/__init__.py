"""
Dossiers: the values of a filing, their journal, the steps, the signatures and the sealed versions.

Only `services` writes; only `access` reads across organisations; `evaluation` brings the stored values to the
engine and keeps what it computed.
"""
