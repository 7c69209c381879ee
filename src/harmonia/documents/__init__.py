"""The espace d'échange: messages and attachments."""
