"""The shell around `rooms`: sockets, HTTP, journal, clock, processes."""
