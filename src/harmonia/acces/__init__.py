"""Users: accounts that outlive campaigns, second factor, lock-out.  Which organisation: see `organismes`."""
