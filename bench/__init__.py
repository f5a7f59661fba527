"""`python -m bench` measures Ringback beside others; the files `…_cost` and `…_rows` measure a part of it by hand."""
