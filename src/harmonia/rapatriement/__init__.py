"""
The Rapatriement: what an organisation transmitted on the ministry's portal, copied here with proof (R8).

`acces` keeps who asked the ministry for what; `ministere` speaks with its portal; `lecture` checks a sealed
snapshot and brings it to the form of the dossier; `services` fetches, applies, undoes; `comparaison` proves
that both sides hold the same figures (decision 0016).
"""
