"""What a server does over minutes of load, faults and restarts: `make soak`."""
