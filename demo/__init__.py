"""
The fictional cooperative that Harmonia ships: « Coopérative d'HLM Les Tilleuls ».

`scenario` holds its figures, `livre` its double-entry book, `annee` the year that it lives, and
`generate` writes the files of this folder.  Nothing here is real: the SIREN is all zeros.
"""
