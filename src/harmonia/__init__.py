"""The web application: two doors (federation, ministry) on the `liasse` library, one database each."""
