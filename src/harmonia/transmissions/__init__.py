"""What an organisation transmits to the ministry: sealed snapshots, receipts, the documents that go along."""
