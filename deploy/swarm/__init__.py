"""What `docker stack deploy` is given: the Compose files, in what Swarm takes of Compose. It starts nothing itself."""
