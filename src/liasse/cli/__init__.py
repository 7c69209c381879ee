"""
The command line: `liasse verifier | verifier-accuse | calculer | expliquer | fmt | modele | codes`.

This room reads arguments, gathers facts, prints, and turns every misuse into one French sentence.
It computes nothing: see `engine` and `outputs`.
"""

from liasse.cli.app import main

__all__ = ["main"]
