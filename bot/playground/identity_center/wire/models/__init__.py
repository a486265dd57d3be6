"""The services as botocore's models describe them: operations, their REST routes, the checks of input and output."""
