"""The API operations, one function each."""
