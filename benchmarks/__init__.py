"""Speed: asv benchmarks (`bench_*.py`), and ratios to other people's libraries (`python -m benchmarks.peers`)."""
