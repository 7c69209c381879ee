"""
Model to `Plan`: names resolved, units checked, cycles found, steps ordered.

The passes are listed in `passes.PASSES`.  The plan is the only thing that the engine sees.
"""
