"""
What another portal may read: OAuth 2.0, consents of organisations, and a versioned API (decision 0015).

One access is one consent: one portal, one organisation, one exercice, one questionnaire, to read what was
transmitted, until a date or until it is revoked.  Whatever is not covered has one same answer.
"""
