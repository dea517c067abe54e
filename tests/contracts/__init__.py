"""Contracts: rules of the house, as tests."""
