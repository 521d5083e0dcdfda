"""Small real servers on loopback that stand in for mail, Slack, Clio and the firm's own systems."""
