"""When and where rules run: asynchronous ones, conditional ones, those of the server."""
