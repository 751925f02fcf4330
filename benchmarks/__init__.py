"""What is measured, beside what a user would use instead, in the same run.

`python3 -m benchmarks` runs all of it; names pick some. Timings differ from machine to machine
and from run to run: the ratios are what counts.
"""
