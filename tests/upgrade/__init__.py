"""Databases of earlier versions, brought up with what is in them."""
