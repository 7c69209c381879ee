"""Who, outside an organisation, read what it gave: when, and under which right."""
