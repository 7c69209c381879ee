"""
What a kill -9 leaves behind: two portals under the supervisor, a person who retries, both databases read.

`python -m tests.faults --points 200 --graine 2022` plays any number of points; `test_faults.py` a few.
"""
