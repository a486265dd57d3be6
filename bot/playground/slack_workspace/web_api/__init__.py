"""The Web API methods."""
