"""
`Plan` + facts to values, findings and explanations.

One plan, two evaluators: `incremental` (one filing, recompute downstream) and `vectorised` (many
filings, numpy columns); they agree exactly, and the property tests hold them to it.
"""
