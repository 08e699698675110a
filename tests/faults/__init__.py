"""The fault run: real money stories over HTTP while everything around them is killed.

`./run faults` is the whole of it, `__main__.py` its story. docs/OPERATIONS.md says what it promises.
"""
