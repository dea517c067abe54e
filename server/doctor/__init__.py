"""Says what is wrong with a server and how to cure it; changes nothing."""
