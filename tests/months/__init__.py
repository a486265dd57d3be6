"""Months of a simulated company, in which rules act: the real services, store and scan, and a judge who knows the truth.

python -m tests.months --examples 500
"""
