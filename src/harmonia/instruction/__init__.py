"""The desk: who must file, verdicts, corrections, procedures, referrals; the work list of both doors."""
