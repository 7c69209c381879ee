"""Dates and numbers as a French reader expects them."""

DATE_FORMAT = "l j F Y"
SHORT_DATE_FORMAT = "d/m/Y"
DATETIME_FORMAT = "j F Y à H \\h i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
TIME_FORMAT = "H \\h i"
