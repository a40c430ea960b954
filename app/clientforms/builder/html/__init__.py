"""Read and change HTML pages."""
