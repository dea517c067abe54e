"""The web console: server-rendered pages for people in the office; works without JavaScript."""
