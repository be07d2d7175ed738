"""One script a rule; a forecast takes their functions `main` and runs them on changed inputs."""
